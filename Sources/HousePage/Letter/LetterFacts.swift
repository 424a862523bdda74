public import InfluxOutput
import MeterCore
public import MeterNotation

/// What the database has of a month, for the letter of it.
public struct LetterFacts: Sendable {
    /// The first day of the month.
    let month: LocalDate
    let calendar: LocalCalendar
    /// The days of the month, of the one before and of the same of the year before: Wh and €.
    let days: [LocalDate: [Field: Double]]
    /// What each register counted in the month.
    let registers: [HouseHistory.RegisterDay]
    /// The names of the registers of mode standard.
    let registerNames: [String: String]
    /// The largest power drawn; `nil` where no meter tells it.
    let peak: HouseHistory.Peak?
    /// The quarters of an hour without a reading of their own; `nil` where nothing was measured.
    let silentQuarters: Int?

    /// Reads them.
    ///
    /// - Parameters:
    ///   - month: any day of it.
    ///   - history: the database.
    ///   - calendar: that of the place.
    ///   - now: in seconds since 1970; nothing counts after it.
    /// - Returns: what is there; nothing of a month without readings.
    /// - Throws: a `TransferError` when the server does not answer, an `InfluxError` when it refuses.
    public static func find(
        _ month: LocalDate,
        in history: HouseHistory,
        _ calendar: LocalCalendar,
        now: Int64
    ) async throws -> LetterFacts {
        let first = month.firstOfMonth()
        func span(_ months: Int64) -> Range<Int64> {
            let (from, end) = (first.firstOfMonth(plus: months), first.firstOfMonth(plus: months + 1))
            return calendar.start(of: from)..<calendar.start(of: end)
        }
        var days: [LocalDate: [Field: Double]] = [:]
        for months: Int64 in [-12, -1, 0] {
            for day in try await history.energies(of: .dayEnergy, span(months)) {
                days[calendar.date(day.start)] = day.sums
            }
        }
        let so = span(0).lowerBound..<max(span(0).lowerBound, min(span(0).upperBound, now / 900 * 900))
        return LetterFacts(
            month: first,
            calendar: calendar,
            days: days,
            registers: try await history.registers(span(0), calendar),
            registerNames: try await history.registerNames(),
            peak: try await history.peak(span(0)),
            silentQuarters: try await history.silentQuarters(so)
        )
    }

    /// The days of a month, so many after this one.
    func dates(_ months: Int64 = 0) -> [LocalDate] {
        let first = month.firstOfMonth(plus: months)
        return (first.dayNumber..<first.firstOfMonth(plus: 1).dayNumber).map { LocalDate(dayNumber: $0) }
    }

    /// The sum of a field over days; `nil` unless all of them are known.
    func sum(_ field: Field, _ dates: [LocalDate]) -> Double? {
        let known = dates.compactMap { days[$0]?[field] }
        return !known.isEmpty && known.count == dates.count ? known.reduce(0, +) : nil
    }
}
