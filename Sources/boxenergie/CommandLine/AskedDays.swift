import ArgumentParser
import MeterNotation

/// The days that a command is asked about with `--from` and `--to`.
enum AskedDays {
    /// Refuses what is no day before anything is read; `nil` is an option that was left out.
    ///
    /// - Throws: a `ValidationError` for the first of them.
    static func check(_ texts: String?...) throws {
        for text in texts.compactMap({ $0 }) where LocalDate(text) == nil {
            throw ValidationError(said("expected a day such as 2026-02-01, found \"\(text)\""))
        }
    }

    /// The time of whole days, the last one included, in seconds since 1970.
    ///
    /// - Throws: a `CommandError` with code 64 when the last one is before the first.
    static func span(_ first: LocalDate, _ last: LocalDate, _ calendar: LocalCalendar) throws -> Range<Int64> {
        guard first <= last else { throw CommandError("--to is before --from", exitCode: 64) }
        return calendar.start(of: first)..<calendar.start(of: LocalDate(dayNumber: last.dayNumber + 1))
    }
}
