/// Durations as the configuration writes them: `10s`, `250ms`, `5min`, `1h30m`, `60d`, `26w`.
public enum DurationText {
    private static let units: [(names: [String], nanoseconds: Int64)] = [
        (["w"], 604_800_000_000_000), (["d"], 86_400_000_000_000), (["h"], 3_600_000_000_000),
        (["min", "m"], 60_000_000_000), (["s"], 1_000_000_000), (["ms"], 1_000_000), (["us", "µs"], 1000), (["ns"], 1),
    ]

    /// The units, for messages; a day always has 24 hours, and `m` is read as minutes.
    public static let unitsInWords: Phrase = "ms, s, min, h, d and w"

    /// The duration, or nothing when the text is not one, such as `10`, `1.5s`, `-1s` or `5s1m`.
    ///
    /// Parts go from large to small, each unit once; the longest is 292 years.
    public static func parse(_ text: String) -> Duration? {
        var rest = text[...]
        var total: Int64 = 0
        var next = 0
        var isEmpty = true
        while !rest.isEmpty {
            guard let (count, letters) = countAndUnit(&rest), next < units.count,
                let unit = units[next...].firstIndex(where: { $0.names.contains(letters) })
            else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: units[unit].nanoseconds)
            let (sum, carry) = total.addingReportingOverflow(product)
            guard !overflow, !carry else { return nil }
            total = sum
            next = unit + 1
            isEmpty = false
        }
        return isEmpty ? nil : .nanoseconds(total)
    }

    /// The duration of a text with a fraction, such as `0.1s` or `1,5h`, which is written in another way here.
    ///
    /// - Returns: `nil` for every other text, and for less than a nanosecond.
    public static func parseFraction(_ text: String) -> Duration? {
        let letters = text.drop { $0.isNumber || $0 == "." || $0 == "," }
        guard let number = Double(text.dropLast(letters.count).replacing(",", with: ".")), number > 0,
            let unit = units.first(where: { $0.names.contains(letters.trimmed) }),
            let count = Int64(exactly: (number * Double(unit.nanoseconds)).rounded()), count > 0
        else { return nil }
        return .nanoseconds(count)
    }

    /// The text for a duration, which `parse` reads back to the nanosecond: `1h30min`, `2w`, `0s`.
    ///
    /// Not read back are negative ones, and those beyond 292 years, which are in whole seconds.
    public static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (total, carry) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard !overflow, !carry, total != .min else { return "\(seconds)s" }
        guard total != 0 else { return "0s" }
        var rest = abs(total)
        var text = total < 0 ? "-" : ""
        // 60d reads better than 8w4d.
        for unit in units where unit.names != ["w"] || rest % unit.nanoseconds == 0 {
            let count = rest / unit.nanoseconds
            guard count > 0 else { continue }
            text += "\(count)\(unit.names[0])"
            rest %= unit.nanoseconds
        }
        return text
    }
}

/// Takes a whole number and the letters behind it, with spaces allowed around both.
func countAndUnit(_ rest: inout Substring) -> (count: Int64, letters: String)? {
    rest = rest.drop { $0 == " " }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int64(digits) else { return nil }
    rest = rest[digits.endIndex...].drop { $0 == " " }
    let letters = rest.prefix { $0.isLetter }
    rest = rest[letters.endIndex...].drop { $0 == " " }
    return (count, String(letters))
}
