/// Sees to it that no reading gets a false date.
///
/// Readings wait until one of the clocks can be believed (see `ClockJudge`), and get the dates at which they were read.
/// The intake puts on disk what waits.
public struct Dating {
    /// The state of dating, at one instant.
    public struct Report: Sendable, Equatable {
        /// The origin of dates now: `box`, `meter`, `earlier` while a clock that was set is not believed yet, or
        /// `unknown`.
        public var basis: String
        /// The times that the clock was set by more than two seconds.
        public var jumps: Int
        /// Readings that wait for a date.
        public var waiting: Int
        /// Readings that wait and are not on disk yet.
        public var unsaved: Int
        /// Readings given up because no date came.
        public var dropped: Int
        /// Seconds by which the meter's clock is ahead of the time that is believed; `nil` when it agrees within a minute,
        /// or no meter tells a time.
        public var meterError: Int64?
    }

    /// The consequences of a look at the clocks.
    struct Look {
        /// Readings that waited, with their dates.
        var ready: [Point] = []
        /// Nanoseconds from the start of the machine to 1970, by which they got them.
        var offset: Int64
        /// Nanoseconds by which the clock was set since the last look, when that is more than two seconds.
        var jump: Int64?
        /// The clock that is believed from now on, when that is another one.
        var change: Change?
        /// Seconds by which the meter's clock is ahead, when it is found to be wrong by that.
        var wrongMeter: Int64?
    }

    /// Another clock is believed.
    struct Change {
        /// The origin of dates until now.
        var before: ClockJudge.Basis
        /// The judgement from now on.
        var verdict: ClockJudge.Verdict
    }

    /// Readings that may wait; beyond it the oldest goes.
    private static let room = 50_000
    /// A meter tells whole seconds, and late: dates do not follow each of them.
    private static let jitter: Int64 = 5_000_000_000
    /// Nanoseconds above which a change of the clock counts as set.
    private static let step: Int64 = 2_000_000_000
    /// Much longer than any reading waits in memory.
    private static let delivery: Int64 = 1_300_000_000_000

    private var judge = ClockJudge()
    private var basis = ClockJudge.Basis.unknown
    /// Nanoseconds that the box's dates are wrong by.
    private var correction: Int64 = 0
    /// The readings that wait, each with the instant at which it was read.
    private var held: [UndatedReadings.Reading] = []
    /// The number of them, the last ones, that are not on disk yet.
    private var unsaved = 0
    /// The uptime at which those on disk have surely reached a server or its spool, with their dates.
    private var clearAt: Int64?
    /// True when the readings that an earlier run left on disk are among those that wait.
    private(set) var isLoaded = false
    private var dropped = 0
    /// The offset of the box's clock at the last look.
    private var offset: Int64?
    private var jumps = 0
    /// Seconds by which the meter's clock is wrong.
    private var meterError: Int64?

    /// The state of now.
    var report: Report {
        Report(
            basis: basis.rawValue,
            jumps: jumps,
            waiting: held.count,
            unsaved: unsaved,
            dropped: dropped,
            meterError: meterError
        )
    }

    /// Gives a reading its date.
    ///
    /// - Parameters:
    ///   - point: a reading dated by the box's clock.
    ///   - now: the box's clocks; `look` must have seen them when `wasSet` says so.
    /// - Returns: `nil` when it waits.
    mutating func next(_ point: Point, at now: ClockReading) -> Point? {
        guard basis == .unknown else {
            var point = point
            point.timestamp.nanoseconds &+= correction
            return point
        }
        let age = now.wall.nanoseconds &- point.timestamp.nanoseconds
        held.append((point, Uptime(nanoseconds: now.uptime.nanoseconds &- age)))
        unsaved += 1
        if held.count > Self.room {
            held.removeFirst()
            dropped += 1
        }
        return nil
    }

    /// True when the clock was set since the last look: it is judged before it gives a date.
    func wasSet(_ now: ClockReading) -> Bool { offset.map { abs(now.offset &- $0) > Self.step } ?? false }

    /// Looks at the clocks.
    ///
    /// - Parameters:
    ///   - now: the box's.
    ///   - meter: nanoseconds from the start of the machine to 1970, as a meter believes.
    /// - Returns: the consequences.
    mutating func look(at now: ClockReading, meter: Int64?) -> Look {
        let before = basis
        let verdict = judge.judge(now, meter: meter)
        basis = verdict.basis
        let isJitter = before == .meter && verdict.basis == .meter
        if !isJitter || abs(verdict.correction &- correction) > Self.jitter { correction = verdict.correction }
        var look = Look(offset: now.offset &+ correction)
        let jump = offset.map { now.offset &- $0 } ?? 0
        offset = now.offset
        if abs(jump) > Self.step {
            jumps += 1
            look.jump = jump
        }
        let error = meter.flatMap { judge.error(of: $0, basis, isKnown: meterError != nil) }
        if meterError == nil { look.wrongMeter = error }
        meterError = error
        if before != basis { look.change = Change(before: before, verdict: verdict) }
        guard basis != .unknown, !held.isEmpty else { return look }
        look.ready = held.map { $0.point.dated($0.readAt, look.offset) }
        held = []
        unsaved = 0
        clearLater(now)
        return look
    }

    /// Takes in what an earlier run left without a date.
    ///
    /// - Parameters:
    ///   - readings: the oldest first.
    ///   - hasDated: true when it left others that had dates already.
    ///   - now: the box's clocks.
    /// - Returns: `false` when that was done before.
    mutating func takeIn(_ readings: [UndatedReadings.Reading], hasDated: Bool, at now: ClockReading) -> Bool {
        guard !isLoaded else { return false }
        isLoaded = true
        held.insert(contentsOf: readings, at: 0)
        if hasDated { clearLater(now) }
        return true
    }

    /// The readings that wait and are not on disk yet.
    var toSave: [UndatedReadings.Reading] { Array(held.suffix(unsaved)) }

    /// Notes that a number of them are on disk.
    mutating func didSave(_ count: Int) { unsaved -= min(count, unsaved) }

    /// True when those on disk that have dates can be forgotten now; says so once.
    mutating func isTimeToClear(at now: ClockReading) -> Bool {
        guard let clearAt, now.uptime.nanoseconds >= clearAt else { return false }
        self.clearAt = nil
        return true
    }

    private mutating func clearLater(_ now: ClockReading) { clearAt = now.uptime.nanoseconds &+ Self.delivery }
}
