/// The date and time that an inverter shows: local, without a time zone and often wrong.
public struct AuroraClock: Sendable, Equatable, CustomStringConvertible {
    public var secondsSince2000: UInt32

    public init(secondsSince2000: UInt32) { self.secondsSince2000 = secondsSince2000 }

    /// `2025-07-14 12:00:00`.
    public var description: String {
        var day = Int(secondsSince2000 / 86_400)
        var year = 2000
        while day >= Self.days(of: year) {
            day -= Self.days(of: year)
            year += 1
        }
        var month = 1
        while day >= Self.days(of: month, year) {
            day -= Self.days(of: month, year)
            month += 1
        }
        let second = Int(secondsSince2000 % 86_400)
        let time = [second / 3600, second / 60 % 60, second % 60].map(Self.padded).joined(separator: ":")
        return "\(year)-\(Self.padded(month))-\(Self.padded(day + 1)) \(time)"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func days(of year: Int) -> Int { isLeap(year) ? 366 : 365 }

    private static func days(of month: Int, _ year: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }
}
