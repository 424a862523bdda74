import MeterCore

/// The types of values on a KNX bus (DPT) in which quantities of a house can be sent.
///
/// Seen with xknx 4.0.0, which decoded each of them. 14.031 is in joules and 13.002 a flow: neither is here.
enum KNXType: String, Sendable, CaseIterable {
    case activeEnergy = "13.010", activeEnergyKWh = "13.013", activeEnergyMWh = "13.016", activeEnergy64 = "29.010"
    case power = "14.056", apparentPower = "14.080", potential = "14.027", potentialDifference = "14.028"
    case powerKW = "9.024", temperature = "9.001"
    case litres = "12.1200", cubicMetres = "12.1201"
    case percent = "5.001", seconds = "7.005", text = "16.001"

    /// The type of a quantity where the configuration names none.
    init(usual measure: Measure) {
        switch measure.unit {
        case .wattHours: self = .activeEnergy
        case .kilowattHours: self = .activeEnergyKWh
        case .cubicMetres: self = .litres
        case .watts: self = .power
        case .voltAmperes: self = .apparentPower
        case .volts: self = .potential
        case .percent: self = .percent
        case .celsius: self = .temperature
        case .seconds: self = .seconds
        case .none: self = .text
        }
    }

    /// What a number of this unit is multiplied with; `nil` for a unit that is not of this type.
    func factor(_ unit: Measure.Unit) -> Double? {
        switch (self, unit) {
        case (.activeEnergy, .wattHours), (.activeEnergy64, .wattHours), (.activeEnergyKWh, .kilowattHours): 1
        case (.activeEnergy, .kilowattHours), (.activeEnergy64, .kilowattHours): 1000
        case (.activeEnergyKWh, .wattHours), (.activeEnergyMWh, .kilowattHours): 1e-3
        case (.activeEnergyMWh, .wattHours): 1e-6
        case (.power, .watts), (.apparentPower, .voltAmperes), (.potential, .volts), (.potentialDifference, .volts): 1
        case (.powerKW, .watts): 1e-3
        case (.temperature, .celsius), (.cubicMetres, .cubicMetres), (.seconds, .seconds): 1
        case (.litres, .cubicMetres): 1000
        // A byte is 100 %.
        case (.percent, .percent): 2.55
        case (.text, .none): 1
        default: nil
        }
    }

    /// The bytes of a number in the type's own unit; `nil` when it is out of range.
    ///
    /// A total is cut and not rounded, so that none is told before it is reached.
    func bytes(_ number: Double) -> [UInt8]? {
        guard number.isFinite else { return nil }
        switch self {
        case .activeEnergy, .activeEnergyKWh, .activeEnergyMWh:
            return Int32(exactly: floored(number)).map { Self.bytes(UInt32(bitPattern: $0), 4) }
        case .activeEnergy64: return Int64(exactly: floored(number)).map { Self.bytes(UInt64(bitPattern: $0), 8) }
        case .litres, .cubicMetres: return UInt32(exactly: floored(number)).map { Self.bytes($0, 4) }
        case .power, .apparentPower, .potential, .potentialDifference:
            let single = Float(number)
            return single.isFinite ? Self.bytes(single.bitPattern, 4) : nil
        case .percent: return UInt8(exactly: number.rounded()).map { [$0] }
        case .seconds: return UInt16(exactly: number.rounded()).map { Self.bytes($0, 2) }
        case .powerKW, .temperature: return Self.small(number)
        case .text: return nil
        }
    }

    /// The bytes of a text: 14 letters of Latin-1 at most, others as `?`.
    static func bytes(_ text: String) -> [UInt8] {
        let letters = text.unicodeScalars.prefix(14).map { $0.value < 256 ? UInt8($0.value) : UInt8(ascii: "?") }
        return letters + [UInt8](repeating: 0, count: 14 - letters.count)
    }

    /// 0.1 + 0.2 kWh is 300 Wh, and its dust is below it as often as above.
    private func floored(_ number: Double) -> Double { (number + 1e-6).rounded(.down) }

    private static func bytes(_ number: some FixedWidthInteger & UnsignedInteger, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// The float of two bytes: 0.01 times eleven bits and a sign, times a power of two up to 2^15.
    private static func small(_ number: Double) -> [UInt8]? {
        var mantissa = (number * 100).rounded()
        var exponent: UInt16 = 0
        while mantissa < -2048 || mantissa > 2047 {
            exponent += 1
            guard exponent < 16 else { return nil }
            mantissa = (number * 100 / Double(1 << exponent)).rounded()
        }
        let bits = UInt16(bitPattern: Int16(mantissa))
        let word = bits & 0x8000 | exponent << 11 | bits & 0x07FF
        // The one value that says "not known".
        return word == 0x7FFF ? nil : bytes(word, 2)
    }
}
