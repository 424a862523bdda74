/// Hours, days and months as they are at a place; instants are seconds since 1970.
///
/// A day has 23 or 25 hours when the clock changes, so no length of a day is ever added: each start is looked up.
public struct LocalCalendar: Sendable, Hashable {
    /// The rules of the place's clocks.
    public let zone: TimeZoneRules

    /// Makes the calendar of a zone.
    public init(_ zone: TimeZoneRules) { self.zone = zone }

    /// The date that a calendar on the wall shows.
    public func date(_ seconds: Int64) -> LocalDate {
        LocalDate(dayNumber: floorDivision(seconds + zone.offset(at: seconds), 86_400))
    }

    /// The hour that a clock on the wall shows, from 0 to 23.
    public func hour(_ seconds: Int64) -> Int { Int(floorModulo(seconds + zone.offset(at: seconds), 86_400) / 3600) }

    /// The start of a date: midnight, or an hour later where the clock is set forward then.
    public func start(of date: LocalDate) -> Int64 {
        let midnight = date.dayNumber * 86_400
        let guess = midnight - zone.offset(at: midnight)
        let again = midnight - zone.offset(at: guess)
        // On a day when both are possible, the first one that shows this date.
        return [min(guess, again), max(guess, again)].first { self.date($0) == date } ?? again
    }

    /// The start of the day to which an instant belongs.
    public func startOfDay(_ seconds: Int64) -> Int64 { start(of: date(seconds)) }

    /// The start of the day after that of an instant, 23 to 25 hours after the day's own start.
    public func startOfNextDay(_ seconds: Int64) -> Int64 {
        start(of: LocalDate(dayNumber: date(seconds).dayNumber + 1))
    }

    /// The start of the month to which an instant belongs.
    public func startOfMonth(_ seconds: Int64) -> Int64 { start(of: date(seconds).firstOfMonth()) }

    /// The start of the month after that of an instant.
    public func startOfNextMonth(_ seconds: Int64) -> Int64 { start(of: date(seconds).firstOfMonth(plus: 1)) }

    /// A span month by month; the first and the last part may be shorter.
    public func months(of span: Range<Int64>) -> [Range<Int64>] {
        var months: [Range<Int64>] = []
        var start = span.lowerBound
        while start < span.upperBound {
            let end = min(startOfNextMonth(start), span.upperBound)
            months.append(start..<end)
            start = end
        }
        return months
    }

    /// The start of the hour to which an instant belongs, by the local clock.
    ///
    /// The hour that comes twice in autumn has two starts, an hour apart.
    public func startOfHour(_ seconds: Int64) -> Int64 {
        let offset = zone.offset(at: seconds)
        return floorDivision(seconds + offset, 3600) * 3600 - offset
    }

    /// The number of days in the month of an instant, 28 to 31.
    public func daysInMonth(_ seconds: Int64) -> Int64 {
        date(seconds).daysInMonth
    }
}
