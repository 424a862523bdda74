/// Hours, days and months as they are at a place; instants are seconds since 1970.
public struct LocalCalendar: Sendable, Hashable {
    public let zone: TimeZoneRules

    public init(_ zone: TimeZoneRules) { self.zone = zone }

    /// The date that a calendar on the wall shows.
    public func date(_ seconds: Int64) -> LocalDate {
        LocalDate(dayNumber: floorDivision(seconds + zone.offset(at: seconds), 86_400))
    }

    /// The hour that a clock on the wall shows, from 0 to 23.
    public func hour(_ seconds: Int64) -> Int { Int(floorModulo(seconds + zone.offset(at: seconds), 86_400) / 3600) }

    /// When a date begins: at midnight, or when the clock is set forward then, an hour later.
    public func start(of date: LocalDate) -> Int64 {
        let midnight = date.dayNumber * 86_400
        let guess = midnight - zone.offset(at: midnight)
        let again = midnight - zone.offset(at: guess)
        // On a day when both are possible, the first one that shows this date.
        return [min(guess, again), max(guess, again)].first { self.date($0) == date } ?? again
    }

    /// When the day of an instant begins.
    public func startOfDay(_ seconds: Int64) -> Int64 { start(of: date(seconds)) }

    /// When the day after that of an instant begins.
    public func startOfNextDay(_ seconds: Int64) -> Int64 {
        start(of: LocalDate(dayNumber: date(seconds).dayNumber + 1))
    }

    /// When the month of an instant begins.
    public func startOfMonth(_ seconds: Int64) -> Int64 { start(of: date(seconds).firstOfMonth()) }

    /// When the month after that of an instant begins.
    public func startOfNextMonth(_ seconds: Int64) -> Int64 { start(of: date(seconds).firstOfMonth(plus: 1)) }

    /// When the hour of an instant begins, by the local clock.
    public func startOfHour(_ seconds: Int64) -> Int64 {
        let offset = zone.offset(at: seconds)
        return floorDivision(seconds + offset, 3600) * 3600 - offset
    }

    /// How many days the month of an instant has.
    public func daysInMonth(_ seconds: Int64) -> Int64 {
        date(seconds).daysInMonth
    }
}
