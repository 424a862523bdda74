import MeterNotation

/// The date and time that an inverter shows: local, without a time zone and often wrong.
public struct AuroraClock: Sendable, Equatable, CustomStringConvertible {
    /// Seconds since 2000-01-01 00:00 by the inverter's clock.
    public var secondsSince2000: UInt32

    /// A time by the inverter's clock.
    public init(secondsSince2000: UInt32) { self.secondsSince2000 = secondsSince2000 }

    /// The date and time as `2025-07-14 12:00:00`.
    public var description: String {
        let (day, second) = secondsSince2000.quotientAndRemainder(dividingBy: 86_400)
        let date = LocalDate(dayNumber: Self.firstDay + Int64(day))
        let time = [second / 3600, second / 60 % 60, second % 60].map { $0.digits(2) }.joined(separator: ":")
        return "\(date) \(time)"
    }

    private static let firstDay = LocalDate(year: 2000, month: 1, day: 1).dayNumber
}
