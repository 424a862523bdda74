public import Logging
import Synchronization

/// Sees to it that no reading gets a false date.
///
/// Readings wait, on disk, until one of the clocks can be believed (see `ClockJudge`), and get the dates at which they
/// were read.
public final class Dating: PointReceiver {
    private struct State: ~Copyable {
        var judge = ClockJudge()
        var basis = ClockJudge.Basis.unknown
        /// Nanoseconds that the box's dates are wrong by.
        var correction: Int64 = 0
        /// The readings that wait, each with the instant at which it was read.
        var held: [UndatedReadings.Reading] = []
        /// How many of them, the last ones, are not on disk yet.
        var unsaved = 0
        /// When those on disk have surely reached a server or its spool, with their dates.
        var clearAt: Int64?
        /// Whether what an earlier run left on disk is among those that wait.
        var isLoaded = false
        var alarm = Alarm()
        var dropped = 0
        /// What the box's clock said at the last look.
        var offset: Int64?
        var jumps = 0
    }

    /// Readings that may wait; beyond it the oldest goes.
    private static let room = 50_000
    /// A meter tells whole seconds, and late: dates do not follow each of them.
    private static let jitter: Int64 = 5_000_000_000
    private static let step: Int64 = 2_000_000_000
    /// Much longer than any reading waits in memory.
    private static let delivery: Int64 = 1_300_000_000_000

    private let receiver: any PointReceiver
    private let meter: MeterClock
    private let clock: @Sendable () -> ClockReading
    private let undated: UndatedReadings?
    private let logger: Logger
    private let state = Mutex(State())

    /// Puts the dating in front of a receiver.
    ///
    /// - Parameters:
    ///   - receiver: gets the readings with dates that are right.
    ///   - meter: what a meter's clock says.
    ///   - clock: what the box's clocks say.
    ///   - undated: keeps on disk what waits; what it still has from an earlier run waits, too.
    ///   - logger: hears when the clock jumps or cannot be believed.
    public init(
        to receiver: any PointReceiver,
        meter: MeterClock,
        clock: @escaping @Sendable () -> ClockReading,
        undated: UndatedReadings? = nil,
        logger: Logger
    ) {
        self.receiver = receiver
        self.meter = meter
        self.clock = clock
        self.undated = undated
        self.logger = logger
        look()
    }

    /// Where dates come from now: `box`, `meter`, `earlier` while a clock that was set is not believed yet, or `unknown`.
    public var basis: String { state.withLock { $0.basis.rawValue } }
    /// How often the clock was set by more than two seconds.
    public var jumps: Int { state.withLock { $0.jumps } }
    /// Readings that wait for a date.
    public var waiting: Int { state.withLock { $0.held.count } }
    /// How many of them are not on disk yet.
    public var unsaved: Int { state.withLock { $0.unsaved } }
    /// Readings given up because no date came.
    public var dropped: Int { state.withLock { $0.dropped } }

    public func append(_ point: Point) {
        guard !point.isRecord else { return receiver.append(point) }
        let now = clock()
        // A clock that was set since the last look is judged before it gives a date.
        if state.withLock({ state in state.offset.map { abs(now.offset &- $0) > Self.step } ?? false }) { update(now) }
        let dated = state.withLock { state -> Point? in
            guard state.basis == .unknown else {
                var point = point
                point.timestamp.nanoseconds &+= state.correction
                return point
            }
            let age = now.wall.nanoseconds &- point.timestamp.nanoseconds
            state.held.append((point, Uptime(nanoseconds: now.uptime.nanoseconds &- age)))
            state.unsaved += 1
            if state.held.count > Self.room {
                state.held.removeFirst()
                state.dropped += 1
            }
            return nil
        }
        if let dated { receiver.append(dated) }
    }

    /// Looks at the clocks; to be called now and then.
    public func look() {
        load()
        let now = clock()
        update(now)
        save()
        let isOver = state.withLock { state in
            guard let clearAt = state.clearAt, now.uptime.nanoseconds >= clearAt else { return false }
            state.clearAt = nil
            return true
        }
        if isOver { undated?.clear() }
    }

    /// Puts on disk what still waits for a date before the program ends.
    public func finish() {
        look()
        let waiting = waiting
        guard waiting > 0 else { return }
        logger.warning(
            "Readings without a date wait on disk for the next start of the program",
            metadata: ["readings": "\(waiting)"]
        )
    }

    /// Brings in what an earlier run left, as soon as the disk lets us.
    private func load() {
        guard let undated, state.withLock({ !$0.isLoaded }), let left = try? undated.load() else { return }
        state.withLock { state in
            state.held.insert(contentsOf: left.undated, at: 0)
            state.isLoaded = true
        }
        for point in left.dated { receiver.append(point) }
        if !left.dated.isEmpty { clearLater(clock()) }
    }

    private func clearLater(_ now: ClockReading) {
        state.withLock { $0.clearAt = now.uptime.nanoseconds &+ Self.delivery }
    }

    private func save() {
        let new = state.withLock { Array($0.held.suffix($0.unsaved)) }
        guard let undated, !new.isEmpty else { return }
        do throws(BatchStoreError) {
            try undated.save(new)
            state.withLock { state in
                state.unsaved -= min(new.count, state.unsaved)
                _ = state.alarm.clear()
            }
        } catch {
            guard state.withLock({ $0.alarm.raise(error.description) }) != nil else { return }
            logger.error("Readings without a date are not on disk", metadata: ["reason": "\(error)"])
        }
    }

    private func update(_ now: ClockReading) {
        let (ready, offset, before, verdict, jump) = state.withLock { state in
            let before = state.basis
            let verdict = state.judge.judge(now, meter: meter.offset)
            state.basis = verdict.basis
            let isJitter = before == .meter && verdict.basis == .meter
            if !isJitter || abs(verdict.correction &- state.correction) > Self.jitter {
                state.correction = verdict.correction
            }
            let jump = state.offset.map { now.offset &- $0 } ?? 0
            state.offset = now.offset
            if abs(jump) > Self.step { state.jumps += 1 }
            let offset = now.offset &+ state.correction
            guard state.basis != .unknown else { return (ready: [Point](), offset, before, verdict, jump) }
            let ready = state.held.map { $0.point.dated($0.readAt, offset) }
            state.held = []
            state.unsaved = 0
            return (ready, offset, before, verdict, jump)
        }
        if !ready.isEmpty {
            undated?.noteDates(offset)
            clearLater(now)
        }
        for point in ready { receiver.append(point) }
        if abs(jump) > Self.step {
            logger.notice("The clock was set", metadata: ["seconds forward": "\(jump / 1_000_000_000)"])
        }
        if before != verdict.basis { say(verdict, readings: ready.count, before) }
    }

    private func say(_ verdict: ClockJudge.Verdict, readings: Int, _ before: ClockJudge.Basis) {
        let seconds = verdict.correction / 1_000_000_000
        switch verdict.basis {
        case .unknown: logger.notice("The clock is not set yet; readings wait until it is")
        case .meter:
            logger.warning(
                "The clock was never set; readings are dated by the meter's",
                metadata: ["seconds ahead of the box": "\(seconds)"]
            )
        case .earlier:
            logger.warning(
                "The clock was set and nothing confirms it; readings are dated as before",
                metadata: ["seconds ahead of the box": "\(seconds)"]
            )
        case .box where before == .unknown && readings > 0:
            logger.notice("The clock is right now", metadata: ["readings dated": "\(readings)"])
        case .box: break
        }
    }
}
