import Synchronization

/// Passes points on unchanged and lets the ledger learn from them; what the ledger makes goes the same way.
public final class Bookkeeper: PointReceiver {
    private struct State: ~Copyable {
        var ledger: Ledger
        /// Readings that wait while the ledger is looked for; `nil` afterwards.
        var waiting: [Reading]? = []
        /// Settings that came meanwhile.
        var changed: (settings: Ledger.Settings, sources: [String])?
    }

    /// Readings that may wait: at ten seconds a reading of two meters, hours.
    private static let room = 20_000

    private let receiver: any PointReceiver
    private let tell: @Sendable ([EnergyEvent]) -> Void
    private let state: Mutex<State>

    /// Makes a bookkeeper whose ledger is not open yet.
    ///
    /// - Parameters:
    ///   - ledger: what is used when `open` is never called.
    ///   - receiver: takes all points.
    ///   - tell: hears of events; must not wait.
    public init(
        _ ledger: Ledger,
        to receiver: any PointReceiver,
        tell: @escaping @Sendable ([EnergyEvent]) -> Void = { _ in }
    ) {
        self.receiver = receiver
        self.tell = tell
        state = Mutex(State(ledger: ledger))
    }

    public func append(_ point: Point) {
        receiver.append(point)
        guard let reading = Reading(point) else { return }
        // Under the lock, so that of two points under one date the newer one is written last.
        state.withLock { state in
            guard state.waiting != nil else {
                return hand(over: state.ledger.learn(reading))
            }
            if state.waiting?.count ?? 0 < Self.room { state.waiting?.append(reading) }
        }
    }

    /// Opens the ledger, which then learns what has come in meanwhile.
    ///
    /// - Parameter work: brings the ledger up to date; its points and events are handed over.
    public func open(_ work: (inout Ledger) -> [Lesson]) {
        state.withLock { state in
            for lesson in work(&state.ledger) { hand(over: lesson) }
            if let changed = state.changed { state.ledger.change(to: changed.settings, sources: changed.sources) }
            for reading in state.waiting ?? [] { hand(over: state.ledger.learn(reading)) }
            state.waiting = nil
        }
    }

    /// Closes the ledger until `open` brings a better one; what comes in meanwhile waits.
    ///
    /// - Returns: `false` when it is not open yet.
    public func close() -> Bool {
        state.withLock { state in
            guard state.waiting == nil else { return false }
            state.waiting = []
            return true
        }
    }

    /// Looks at the time, for what begins with silence.
    public func look(at now: Timestamp) {
        state.withLock { state in
            if state.waiting == nil { hand(over: state.ledger.look(at: now)) }
        }
    }

    /// The meters that may be silent now, as inverters at night.
    public func asleep(at now: Timestamp) -> [String] { state.withLock { $0.ledger.asleep(at: now.seconds) } }

    /// Goes on with other settings.
    ///
    /// - Parameters:
    ///   - settings: the new ones.
    ///   - sources: the names of the meters there are now.
    public func change(to settings: Ledger.Settings, sources: [String]) {
        state.withLock { state in
            state.ledger.change(to: settings, sources: sources)
            if state.waiting != nil { state.changed = (settings, sources) }
        }
    }

    /// What must survive a restart.
    public var memory: Ledger.Memory { state.withLock { $0.ledger.memory.forSaving } }

    /// When the newest complete quarter ended: when this changes, it is time to save.
    public var completeUntil: Int64 { state.withLock { $0.ledger.completeUntil } }

    private func hand(over lesson: Lesson) {
        for point in lesson.points { receiver.append(point) }
        if !lesson.events.isEmpty { tell(lesson.events) }
    }
}
