/// A register that begins anew each day, such as today's yield, made one that only grows.
///
/// A device begins its day by a clock of its own, which may be wrong: a fall a day after the one before is the next
/// beginning. After any other one it may be back where it was, as a gateway that was started shows less for a while: that
/// is a beginning when it has lasted four hours, and nothing is told meanwhile.
public struct DailyRegister: Sendable, Equatable {
    private static let day = 22.5 * 3600...25.5 * 3600
    private static let longestRestart = 4 * 3600.0

    /// What the days before counted, in Wh.
    private var before: Int64 = 0
    /// The most that the register showed today; `nil` before the first reading.
    private var today: Int64?
    /// The beginning of today; `nil` when it was not seen.
    private var began: Uptime?
    /// The time since which it shows less; `nil` while it does not.
    private var fell: Uptime?

    public init() {}

    /// Goes on from a text that was remembered; `nil` for any other one.
    public init?(text: String) {
        let words = text.split(separator: " ")
        let numbers = words.compactMap { Int64($0) }
        guard words.count == 2, numbers.count == 2, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
        (before, today) = (numbers[0], numbers[1])
    }

    /// The text to remember; `nil` before the first reading.
    public var text: String? { today.map { "\(before) \($0)" } }

    /// The register since the first day, in Wh.
    ///
    /// - Parameters:
    ///   - value: as the device shows it, in Wh.
    ///   - time: of the reading, by a clock that is never set.
    /// - Returns: `nil` while it shows less than it did today, and for what is no register.
    public mutating func total(_ value: Int64, at time: Uptime) -> Int64? {
        guard value >= 0 else { return nil }
        if let today, value < today {
            let since = fell ?? time
            fell = since
            let isNextDay = began.map { Self.day.contains(since.seconds(since: $0)) } ?? false
            guard isNextDay || time.seconds(since: since) >= Self.longestRestart else { return nil }
            let (sum, isTooLarge) = before.addingReportingOverflow(today)
            guard !isTooLarge else { return nil }
            (before, began) = (sum, since)
        }
        let (sum, isTooLarge) = before.addingReportingOverflow(value)
        guard !isTooLarge else { return nil }
        (today, fell) = (value, nil)
        return sum
    }
}
