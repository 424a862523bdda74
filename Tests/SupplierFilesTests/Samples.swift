import MeterNotation
import SupplierFiles

/// The calendar of all samples, and ways to write them.
enum Samples {
    static let paris = LocalCalendar(.paris)
    static let meter = "99999999999999"

    static func read(_ text: String, latin: Bool = false) throws -> [SupplierFile] {
        let bytes =
            latin
            ? text.unicodeScalars.map { $0 == "€" ? 0x80 : UInt8(truncatingIfNeeded: $0.value) } : Array(text.utf8)
        return try SupplierReader(paris).read(bytes)
    }

    static func one(_ text: String, latin: Bool = false) throws -> SupplierFile { try read(text, latin: latin)[0] }

    /// Seconds since 1970 of a time in UTC, such as `2024-10-27T00:30`.
    static func utc(_ text: String) -> Int64 {
        let parts = text.split(whereSeparator: { "-T:".contains($0) }).compactMap { Int64($0) }
        return LocalDate(year: parts[0], month: parts[1], day: parts[2]).dayNumber * 86_400 + parts[3] * 3600
            + parts[4] * 60
    }

    /// The ends of the half hours of a day by the clock on the wall, without offset: 46, 48 or 50.
    static func halfHours(of day: LocalDate) -> [(utc: Int64, local: Int64)] {
        let start = paris.start(of: day)
        let end = paris.start(of: LocalDate(dayNumber: day.dayNumber + 1))
        return stride(from: start + 1800, through: end, by: 1800).map { ($0, $0 + paris.zone.offset(at: $0)) }
    }

    /// `2024-10-27` and `02:30`, of local seconds.
    static func words(_ local: Int64) -> (date: String, clock: String) {
        let date = LocalDate(dayNumber: floorDivision(local, 86_400))
        let minutes = floorModulo(local, 86_400) / 60
        return ("\(date)", "\((minutes / 60).digits(2)):\((minutes % 60).digits(2))")
    }

    static func french(_ date: String) -> String { date.split(separator: "-").reversed().joined(separator: "/") }

    /// A value of each half hour that is another one at each: even watts.
    static func watts(_ utc: Int64) -> Int { Int(utc / 1800 % 500) * 2 }

    static func watts(_ number: Int) -> String { "\(number)" }

    /// Kilowatts with a comma and three decimals.
    static func kilowatts(_ watts: Int) -> String { "\(watts / 1000),\(Int64(watts % 1000).digits(3))" }
}
