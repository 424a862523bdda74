import MeterNotation

/// An instant as clocks in France show it, by the European rule for summer time (directive 2000/84/EC).
///
/// By itself, not by `LocalDate` and `TimeZoneRules`: the simulated meters are the tests' second opinion on those.
struct ParisTime {
    /// The year, four digits.
    var year: Int
    /// The month, 1...12.
    var month: Int
    /// The day of the month, 1...31.
    var day: Int
    /// Days since 1970-01-01 of the local date.
    var dayNumber: Int64
    /// The day of the week; 0 is Monday.
    var weekday: Int
    /// Seconds since local midnight by the clock, 0...86 399; an hour is missing or comes twice when the clock is
    /// changed.
    var secondOfDay: Int
    /// True in summer time, UTC+2; otherwise UTC+1.
    var isSummer: Bool

    /// The time of the clocks at an instant, in seconds since 1970.
    init(_ unixSeconds: Int64) {
        isSummer = Self.isSummer(unixSeconds)
        let local = unixSeconds + (isSummer ? 7200 : 3600)
        dayNumber = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        secondOfDay = Int(local - dayNumber * 86_400)
        weekday = Int(((dayNumber + 3) % 7 + 7) % 7)
        (year, month, day) = Self.date(dayNumber)
    }

    /// The horodate of the TIC: season letter, then `YYMMDDhhmmss` (Enedis-NOI-CPT_54E §6.2.1.1).
    var horodate: String {
        let parts = [year % 100, month, day, secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60]
        return (isSummer ? "E" : "H") + parts.map { padded(Int64($0), 2) }.joined()
    }

    /// Summer time runs from the last Sunday of March to the last Sunday of October, at 01:00 UTC.
    static func isSummer(_ unixSeconds: Int64) -> Bool {
        let year = date(unixSeconds / 86_400).0
        func lastSunday(_ month: Int) -> Int64 {
            let last = days(year, month, 31)
            return (last - (last + 4) % 7) * 86_400 + 3600
        }
        return unixSeconds >= lastSunday(3) && unixSeconds < lastSunday(10)
    }

    /// Days since 1970 of a date of the Gregorian calendar.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let y = Int64(month <= 2 ? year - 1 : year)
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date, year, month and day, of a number of days since 1970.
    static func date(_ days: Int64) -> (Int, Int, Int) {
        let z = days + 719_468
        let era = z / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let m = (5 * dayOfYear + 2) / 153
        let month = Int(m < 10 ? m + 3 : m - 9)
        return (Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), month, Int(dayOfYear - (153 * m + 2) / 5 + 1))
    }
}

/// A number with leading zeros to a width; a negative one counts as 0, a longer one stays whole.
func padded(_ number: Int64, _ digits: Int) -> String {
    max(0, number).digits(digits)
}
