/// A date of the Gregorian calendar.
public struct LocalDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Counted as in ISO 8601, such as 2026; 0 is the year before 1.
    public var year: Int64
    /// 1 to 12.
    public var month: Int64
    /// 1 to 31.
    public var day: Int64

    /// Makes a date of its parts, which are not checked: see `exists`.
    public init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date so many days after 1 January 1970; a negative number stands for a date before it.
    ///
    /// Eras of 400 years are alike, and a year that begins in March has its leap day at the end (Howard Hinnant,
    /// "chrono-Compatible Low-Level Date Algorithms").
    public init(dayNumber: Int64) {
        let days = dayNumber + 719_468
        let era = floorDivision(days, 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        month = shifted < 10 ? shifted + 3 : shifted - 9
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Reads `2026-02-01`, in the years 1970 to 2200; `nil` for anything else, and for a day that does not exist.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1970...2200).contains(year), text.utf8.count == 10
        else { return nil }
        self.init(year: year, month: month, day: day)
        guard exists else { return nil }
    }

    /// True when the calendar has the date, as it has no 30 February.
    public var exists: Bool { LocalDate(dayNumber: dayNumber) == self }

    /// Days since 1 January 1970.
    public var dayNumber: Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = floorDivision(year, 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// 0 is Sunday, 6 is Saturday.
    public var weekday: Int64 {
        // Day 0, in 1970, was a Thursday.
        floorModulo(dayNumber + 4, 7)
    }

    /// The number of days in its month, 28 to 31.
    public var daysInMonth: Int64 { firstOfMonth(plus: 1).dayNumber - firstOfMonth().dayNumber }

    /// The first day of this month, or of the one so many months later.
    public func firstOfMonth(plus months: Int64 = 0) -> LocalDate {
        let count = year * 12 + month - 1 + months
        return LocalDate(year: floorDivision(count, 12), month: floorModulo(count, 12) + 1, day: 1)
    }

    public var description: String {
        "\(year)-\(month.digits(2))-\(day.digits(2))"
    }

    public static func < (left: LocalDate, right: LocalDate) -> Bool { left.dayNumber < right.dayNumber }
}
