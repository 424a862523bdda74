public import Logging
import Synchronization

/// Sees to it that no reading gets a false date: a Pi has no clock of its own and must be told the time after each start.
///
/// Readings wait until the clock is right. It is when NTP keeps it so, or when a meter's own clock agrees; where neither
/// comes within three minutes of the machine's start, a meter's clock is believed before the box's.
public final class Dating: PointReceiver {
    /// Where dates come from.
    public enum Basis: String, Sendable {
        /// Nothing can be believed yet.
        case unknown
        case box
        case meter
    }

    private struct State: ~Copyable {
        var basis = Basis.unknown
        /// Nanoseconds that the box's dates are wrong by.
        var correction: Int64 = 0
        /// The readings that wait, each with the instant at which it was read.
        var held: [(point: Point, readAt: Uptime)] = []
        /// How many of them, the last ones, are not on disk yet.
        var unsaved = 0
        /// When those on disk have surely reached a server or its spool, with their dates.
        var clearAt: Int64?
        /// Whether what an earlier run left on disk is among those that wait.
        var isLoaded = false
        var alarm = Alarm()
        var dropped = 0
        var offset: Int64?
        var jumps = 0
    }

    /// Readings that may wait; beyond it the oldest goes.
    private static let room = 50_000
    private static let tolerance: Int64 = 60_000_000_000
    /// A meter tells whole seconds, and late: dates do not follow each of them.
    private static let jitter: Int64 = 5_000_000_000
    private static let patience: Int64 = 180_000_000_000
    /// Much longer than any reading waits in memory.
    private static let delivery: Int64 = 1_300_000_000_000
    /// Before this program was written: 2026-01-01.
    private static let earliest: Int64 = 1_767_225_600

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

    /// Where dates come from now.
    public var basis: Basis { state.withLock { $0.basis } }
    /// How often the clock was set by more than two seconds.
    public var jumps: Int { state.withLock { $0.jumps } }
    /// Readings that wait for a date.
    public var waiting: Int { state.withLock { $0.held.count } }
    /// How many of them are not on disk yet.
    public var unsaved: Int { state.withLock { $0.unsaved } }
    /// Readings given up because no date came.
    public var dropped: Int { state.withLock { $0.dropped } }

    public func append(_ point: Point) {
        let dated = state.withLock { state -> Point? in
            guard state.basis == .unknown else { return Self.shifted(point, by: state.correction) }
            let now = clock()
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
            guard state.isLoaded, let clearAt = state.clearAt, now.uptime.nanoseconds >= clearAt else { return false }
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
            state.held.insert(contentsOf: left, at: 0)
            state.isLoaded = true
        }
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
        let (ready, before, after, correction, jump) = state.withLock { state in
            let before = state.basis
            let meterError = meter.offset.map { $0 &- now.offset }
            state.basis = Self.basis(now, meterError, before: before)
            let correction = state.basis == .meter ? meterError ?? 0 : 0
            if before != state.basis || abs(correction &- state.correction) > Self.jitter {
                state.correction = correction
            }
            let jump = state.offset.map { now.offset &- $0 } ?? 0
            state.offset = now.offset
            if abs(jump) > 2_000_000_000 { state.jumps += 1 }
            var ready: [Point] = []
            if state.basis != .unknown {
                ready = state.held.map { point, readAt in
                    var point = point
                    point.timestamp.nanoseconds = readAt.nanoseconds &+ now.offset &+ state.correction
                    return point
                }
                if !ready.isEmpty { state.clearAt = now.uptime.nanoseconds &+ Self.delivery }
                state.held = []
                state.unsaved = 0
            }
            return (ready, before, state.basis, state.correction, jump)
        }
        for point in ready { receiver.append(point) }
        if abs(jump) > 2_000_000_000 {
            logger.notice("The clock was set", metadata: ["seconds forward": "\(jump / 1_000_000_000)"])
        }
        guard before != after else { return }
        switch after {
        case .unknown: logger.notice("The clock is not set yet; readings wait until it is")
        case .meter:
            logger.warning(
                "The clock was never set; readings are dated by the meter's",
                metadata: ["seconds ahead of the box": "\(correction / 1_000_000_000)"]
            )
        case .box where before == .unknown && !ready.isEmpty:
            logger.notice("The clock is right now", metadata: ["readings dated": "\(ready.count)"])
        case .box: break
        }
    }

    private static func basis(_ now: ClockReading, _ meterError: Int64?, before: Basis) -> Basis {
        let isPlausible = now.wall.seconds >= earliest
        if now.isSynchronized, isPlausible { return .box }
        if let meterError {
            if abs(meterError) <= tolerance { return .box }
            let isMeterPlausible = now.wall.nanoseconds &+ meterError >= earliest * 1_000_000_000
            if isMeterPlausible { return .meter }
        }
        let isTooLate = now.uptime.nanoseconds >= patience
        return isPlausible && (isTooLate || before != .unknown) ? .box : .unknown
    }

    private static func shifted(_ point: Point, by correction: Int64) -> Point {
        guard correction != 0 else { return point }
        var point = point
        point.timestamp.nanoseconds &+= correction
        return point
    }
}
