import MeterCore
import MeterSimulation

/// A stretch of a simulated past, lived through on a thread of its own.
///
/// The house is deterministic: each chapter lives through it from the beginning, and listens to its meters from an hour
/// before the stretch to an hour after it, so that registers and books are known at both ends. What is dated within it
/// is its own.
actor PastChapter {
    /// Seconds around the stretch for which it listens, too.
    private static let margin: Int64 = 3600

    private let executor: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let readings: PastReadings
    /// The stretch, in seconds since 1970; without an end in the direction where there is no other one.
    private let own: Range<Int64>
    private let silence: Range<Int64>?
    private let books: Ledger.Settings
    private var home: SimulatedHome
    private var ledger: Ledger
    private var newest = NewestPoints()
    private var time: Int64

    /// Makes a chapter at the beginning of the house's past.
    ///
    /// - Parameters:
    ///   - stretch: its own part of the past.
    ///   - readings: the whole past.
    ///   - silence: when the box was off; `nil` for never.
    ///   - books: the settings of the ledger.
    ///   - home: makes the house with its meters, a step before the past begins.
    /// - Throws: `SystemError` when the system has no thread left.
    init(
        _ stretch: Range<Int64>,
        of readings: PastReadings,
        silence: Range<Int64>?,
        books: Ledger.Settings,
        home: @Sendable () -> SimulatedHome
    ) throws(SystemError) {
        executor = try ThreadExecutor(name: "past")
        self.readings = readings
        self.silence = silence
        let first = stretch.lowerBound == readings.span.lowerBound ? .min : stretch.lowerBound
        let end = stretch.upperBound == readings.span.upperBound ? .max : stretch.upperBound
        own = first..<end
        self.books = books
        self.home = home()
        ledger = Ledger(books)
        time = readings.span.lowerBound
    }

    /// The house, where the chapter has got to.
    var house: House { home.house }

    /// Lives for an hour.
    ///
    /// - Parameter batcher: takes the points.
    /// - Returns: the readings of its own stretch that this were; `nil` at the end.
    func live(into batcher: Batcher) -> Int64? {
        let last = min(readings.span.upperBound, own.upperBound == .max ? .max : own.upperBound + Self.margin)
        let first = own.lowerBound == .min ? .min : own.lowerBound - Self.margin
        while time < first {
            _ = home.house.advance(to: time, pace: readings.pace(at: time))
            time = readings.next(after: time)
        }
        guard time < last else {
            newest.write(to: batcher)
            return nil
        }
        let (start, end) = (time, min(time + 3600, last))
        while time < end { read(into: batcher) }
        let (from, until) = (own.clamped(to: start..<end).lowerBound, own.clamped(to: start..<end).upperBound)
        return readings.count(before: until) - readings.count(before: from)
    }

    /// Ends its thread; it must not be asked for anything afterwards.
    nonisolated func end() { executor.stop() }

    /// Reads the meters once.
    private func read(into batcher: Batcher) {
        let (isWritten, isSilent) = (readings.isWritten(time), silence?.contains(time) ?? false)
        var points: [Point] = []
        home.advance(to: time, pace: readings.pace(at: time)) { points.append($0) }
        if isSilent { points = [] }
        if isWritten, own.contains(time) { for point in points { batcher.append(point) } }
        for point in ledger.learn(together: points).points
        where (isWritten || point.series.measurement.policy != .raw) && own.contains(point.timestamp.seconds) {
            newest.take(point)
        }
        if isWritten || time % 86_400 == 0 { newest.write(to: batcher) }
        time = readings.next(after: time)
        // The box is started again.
        if isSilent, silence?.contains(time) == false { ledger = Ledger(books, memory: ledger.memory) }
    }
}
