public import MeterNotation

/// The hours of a Tempo day: it begins at 06:00, and is dear until 22:00.
public enum TempoHours {
    /// The local hour at which a Tempo day begins, and that at which its peak hours end.
    static let (begin, end) = (6, 22)

    /// True before 06:00: the day of the calendar has another colour from then on.
    public static func areOfTheDayBefore(at seconds: Int64, _ calendar: LocalCalendar) -> Bool {
        calendar.hour(seconds) < begin
    }

    /// True from 06:00 to 22:00, the peak hours.
    public static func areFull(at seconds: Int64, _ calendar: LocalCalendar) -> Bool {
        (begin..<end).contains(calendar.hour(seconds))
    }
}
