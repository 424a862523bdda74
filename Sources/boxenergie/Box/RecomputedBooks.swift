import MeterCore

/// Books that are computed again, on a thread of their own: the database looks for the next readings meanwhile, and
/// meters have their turns.
actor RecomputedBooks {
    private let executor: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private var ledger: Ledger

    /// Opens empty books.
    ///
    /// - Parameters:
    ///   - settings: those of the ledger.
    ///   - span: the days to compute, in seconds since 1970.
    /// - Throws: `SystemError` when the system has no thread left.
    init(_ settings: Ledger.Settings, of span: Range<Int64>) throws(SystemError) {
        executor = try ThreadExecutor(name: "rollup")
        ledger = Ledger(settings, recomputing: span)
    }

    /// Ends the thread; they must not be asked for anything afterwards.
    nonisolated func end() { executor.stop() }

    /// Knows the sums of other days of the month that an instant lies in.
    func preload(month sums: [Field: Double], at instant: Int64) { ledger.preload(month: sums, at: instant) }

    /// Knows registers that will be read again.
    func expect(_ readings: [Reading]) { for reading in readings { ledger.expect(reading) } }

    /// Takes readings, in the order of their times.
    ///
    /// - Returns: the points that they complete.
    func learn(_ readings: [Reading]) -> [Point] { readings.flatMap { ledger.learn($0).points } }

    /// The points of what the end of the span leaves open.
    func finish() -> [Point] { ledger.finish().points }
}
