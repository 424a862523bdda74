import MeterNotation

/// The hours of a Tempo day: it begins at 06:00, and is dear until 22:00.
enum TempoHours {
    /// True before 06:00: the day of the calendar has another colour from then on.
    static func areOfTheDayBefore(at seconds: Int64, _ calendar: LocalCalendar) -> Bool { calendar.hour(seconds) < 6 }

    /// True from 06:00 to 22:00, the peak hours.
    static func areFull(at seconds: Int64, _ calendar: LocalCalendar) -> Bool {
        (6..<22).contains(calendar.hour(seconds))
    }
}
