import InfluxOutput
import MeterCore
import MeterNotation

/// Computes the ledger's points of some days from the readings in a database, a few hours at a time.
///
/// The same readings give the same points, so it may be repeated.
struct Recomputation: Sendable {
    /// Calendar of the place: days begin at its midnight.
    let calendar: LocalCalendar
    /// Settings of the ledger; a price counts from its own day on.
    private let settings: Ledger.Settings
    /// The readings in the database.
    private let raw: RawHistory
    /// The sums in the database.
    private let kept: LedgerHistory

    /// Joins the parts; nothing is read yet.
    ///
    /// - Parameters:
    ///   - settings: the settings of the ledger.
    ///   - client: reads from the database.
    ///   - places: the measurements in which each source's readings are.
    init(_ settings: Ledger.Settings, _ client: InfluxClient, _ places: RawHistory.Places) {
        self.settings = settings
        calendar = settings.calendar
        raw = RawHistory(client, site: settings.site, places: places)
        kept = LedgerHistory(client, site: settings.site)
    }

    /// The whole days to compute: those asked for, as far as there are readings.
    ///
    /// A day of which the database has dropped the beginning, but not its sums, is left as it is.
    ///
    /// - Parameters:
    ///   - from: the first day; that of the oldest reading when `nil`.
    ///   - to: the last day; that of the newest reading when `nil`.
    /// - Returns: from and until, in seconds since 1970; `nil` when there is nothing to compute.
    /// - Throws: a `TransferError` when the server does not answer, an `InfluxError` when it refuses.
    func span(from: LocalDate?, to: LocalDate?) async throws -> Range<Int64>? {
        guard let extent = try await raw.extent() else { return nil }
        var start = calendar.startOfDay(extent.lowerBound)
        // The quarter of the first reading may begin before it.
        if try await kept.lastQuarter(before: extent.lowerBound / 900 * 900) != nil {
            start = calendar.startOfNextDay(extent.lowerBound)
        }
        if let from { start = max(start, calendar.start(of: from)) }
        var end = calendar.startOfNextDay(extent.upperBound)
        if let to { end = min(end, calendar.startOfNextDay(calendar.start(of: to))) }
        return start < end ? start..<end : nil
    }

    /// The measurements that have rows of a time that has not come.
    ///
    /// - Throws: a `TransferError` when the server does not answer, an `InfluxError` when it refuses.
    func measurementsWithFuture() async throws -> [Measurement] { try await raw.measurementsWithFuture() }

    /// Removes those rows.
    ///
    /// - Throws: a `TransferError` when the server does not answer, an `InfluxError` when it refuses.
    func removeFuture(from measurements: [Measurement]) async throws { try await raw.removeFuture(from: measurements) }

    /// The first and the last day of a span, for a person.
    func words(_ span: Range<Int64>) -> String {
        "\(calendar.date(span.lowerBound)) to \(calendar.date(span.upperBound - 1))"
    }

    /// Computes the points of a span and hands them over, some hours at a time.
    ///
    /// Days of a month that lie outside of the span count with the sums that the database has of them.
    ///
    /// - Parameters:
    ///   - span: whole days, in seconds since 1970.
    ///   - take: takes points, the share of the work that is done (0 to 1) and the day that it has come to.
    /// - Throws: a `TransferError` without an answer, an `InfluxError` for a refusal, and what `take` throws.
    func run(_ span: Range<Int64>, _ take: ([Point], Double, String) async throws -> Void) async throws {
        let books = try RecomputedBooks(settings, of: span)
        defer { books.end() }
        let monthBefore = calendar.startOfMonth(span.lowerBound)..<span.lowerBound
        await books.preload(month: try await kept.sumOfDays(monthBefore), at: span.lowerBound)
        let lastDay = span.upperBound - 1
        let monthAfter = span.upperBound..<max(span.upperBound, calendar.startOfNextMonth(lastDay))
        await books.preload(month: try await kept.sumOfDays(monthAfter), at: lastDay)
        // A meter that was away for days is waited for until it counts again, one that is gone is not.
        let after = try await raw.first(from: span.upperBound)
        await books.expect(try await raw.last(before: span.upperBound) + after)
        // A register with coarse steps is followed for some hours before its quarters count.
        let lead = span.lowerBound - LedgerOpening.piece
        _ = await books.learn(try await raw.last(before: lead))
        let raw = try await raw.narrowed(to: lead..<span.upperBound)
        _ = await books.learn(try await raw.readings(lead..<span.lowerBound))
        let pieces = LedgerOpening.pieces(of: span)
        var readings = try await raw.readings(pieces[0])
        for (place, piece) in pieces.enumerated() {
            async let next = place + 1 < pieces.count ? raw.readings(pieces[place + 1]) : []
            let points = await books.learn(readings)
            let share = Double(piece.upperBound - span.lowerBound) / Double(span.upperBound - span.lowerBound)
            try await take(points, share, "\(calendar.date(piece.lowerBound))")
            readings = try await next
        }
        try await take(await books.learn(after) + books.finish(), 1, "")
    }
}
