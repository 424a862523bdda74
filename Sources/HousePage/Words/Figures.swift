import MeterNotation

/// The space between a figure and its unit, at which no line breaks.
private let space = "\u{A0}"
/// The narrow one between thousands, at which no line breaks either.
private let narrowSpace = "\u{202F}"

/// Figures as a household reads them, in the language of the page: `1 234,5 kWh`, `1,85 kW`, `0,87 €`.
extension Language {
    /// A number with its thousands apart; a minus is U+2212, as long as a plus.
    ///
    /// - Parameters:
    ///   - value: from -1e15 to 1e15.
    ///   - decimals: 0 to 3, all of them written.
    /// - Returns: the text, without a unit.
    func number(_ value: Double, decimals: Int = 0) -> String {
        let text = frenchNumber(abs(value), decimals: decimals)
        let isZero = !text.utf8.contains { (UInt8(ascii: "1")...UInt8(ascii: "9")).contains($0) }
        var result = value < 0 && !isZero ? "\u{2212}" : ""
        var left = text.utf8.count - (decimals > 0 ? decimals + 1 : 0)
        for scalar in text.unicodeScalars {
            result.unicodeScalars.append(scalar == "," && self != .french ? "." : scalar)
            left -= 1
            if left > 0, left.isMultiple(of: 3) { result += self == .french ? narrowSpace : "," }
        }
        return result
    }

    /// A power: in tens of watts, from 1 kW on with two decimals.
    func power(_ watts: Double) -> String {
        let tens = (watts / 10).rounded() * 10
        if abs(tens) < 1000 { return number(tens) + space + "W" }
        return number(watts / 1000, decimals: abs(watts) < 9_995 ? 2 : 1) + space + "kW"
    }

    /// A round power beside a scale: `500 W`, `2 kW`.
    func shortPower(_ watts: Double) -> String {
        if abs(watts) < 1000 { return number(watts) + space + "W" }
        return number(watts / 1000, decimals: watts.remainder(dividingBy: 1000) == 0 ? 0 : 1) + space + "kW"
    }

    /// An energy from Wh: in kWh with one decimal, below 10 with two.
    func energy(_ wattHours: Double) -> String {
        number(wattHours / 1000, decimals: abs(wattHours) < 9_995 ? 2 : 1) + space + "kWh"
    }

    /// An amount of money, with its cents.
    func euros(_ value: Double) -> String {
        if self == .french { return number(value, decimals: 2) + space + "€" }
        let amount = number(abs(value), decimals: 2)
        return (number(value, decimals: 2).hasPrefix("\u{2212}") ? "\u{2212}" : "") + "€" + amount
    }

    /// A share from 0 to 1.
    func percent(_ share: Double) -> String {
        number((share * 100).rounded()) + (self == .french ? space : "") + "%"
    }

    func volts(_ value: Double) -> String { number(value) + space + "V" }

    /// An apparent power from VA: in kVA, without a decimal that says nothing.
    func apparentPower(_ voltAmperes: Double) -> String {
        let isWhole = (voltAmperes / 1000).rounded() * 1000 == voltAmperes
        return number(voltAmperes / 1000, decimals: isWhole ? 0 : 1) + space + "kVA"
    }

    /// A time that has passed: `12 s`, `3 min`, `1 h 05 min`, `4 jours`.
    func duration(_ seconds: Int64) -> String {
        self == .french ? frenchDuration(max(0, seconds)) : englishDuration(max(0, seconds))
    }
}
