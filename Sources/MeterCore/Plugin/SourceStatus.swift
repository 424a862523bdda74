import Synchronization

/// The state of a source: its counters, and the last values for a person to look at.
///
/// Shared with `status`.
public final class SourceStatus: Sendable {
    /// A copy at one instant.
    public struct Snapshot: Sendable, Codable, LastingCounters {
        /// `starting`, `reading`, `waiting`, `asleep` or `stopped`.
        public var state = "starting"
        /// True while its device itself is known to sleep, as an inverter at night.
        public var isAsleep: Bool { state == "asleep" }
        /// Readings so far.
        public var reads = 0
        /// Readings or parts of them that could not be used.
        public var errors = 0
        /// Times that the device was opened again.
        public var reconnects = 0
        /// Readings that were held because they cannot be true.
        public var held = 0
        /// Points that were given up because the source made more than the box can take.
        public var flooded = 0
        /// Seconds since 1970 of the last good reading.
        public var lastReading: Int64?
        /// The sentence of the last error, shortened.
        public var lastError: String? { didSet { lastError = lastError.map { shortened($0) } } }
        /// Seconds since 1970 of the last error.
        public var lastErrorAt: Int64?
        /// The quality of the line: counters under the protocol's own names.
        public var quality: [String: Int] = [:]
        /// The device as it was found, for example `standard, 9600 Bd`.
        public var device: String? { didSet { device = device.map { shortened($0, to: 200) } } }

        public init() {}

        /// The counters that go on over a restart of the program.
        public static var lasting: [String: WritableKeyPath<Self, Int>] {
            ["reads": \.reads, "errors": \.errors, "reconnects": \.reconnects, "held": \.held, "flooded": \.flooded]
        }
    }

    /// The values, and the time by which their instants are told.
    private struct State {
        var snapshot: Snapshot
        /// That of `BoxTime`.
        var distance: Int64

        /// Tells the instants by another time, so that their ages stay what they are when the time is corrected.
        mutating func follow(_ distance: Int64) {
            let seconds = (distance &- self.distance) / 1_000_000_000
            guard seconds != 0 else { return }
            self.distance = distance
            snapshot.lastReading = snapshot.lastReading.map { $0 &+ seconds }
            snapshot.lastErrorAt = snapshot.lastErrorAt.map { $0 &+ seconds }
        }
    }

    private let time: BoxTime
    private let state: Mutex<State>
    private let beatenAt = Atomic(Uptime.now.nanoseconds)

    /// A status that counts on from an earlier one, and tells instants by the time of the box.
    public init(_ snapshot: Snapshot = Snapshot(), time: BoxTime = .shared) {
        self.time = time
        state = Mutex(State(snapshot: snapshot, distance: time.distance))
    }

    /// A copy of now.
    public var snapshot: Snapshot {
        state.withLock { state in
            state.follow(time.distance)
            return state.snapshot
        }
    }

    /// Changes the values, and counts as a sign of life.
    public func update(_ change: (inout Snapshot) -> Void) {
        beat()
        state.withLock { state in
            state.follow(time.distance)
            change(&state.snapshot)
        }
    }

    /// Says that the source is at work, whether it reads something or waits for it.
    ///
    /// A source that says nothing for a minute is taken for hung.
    public func beat() { beatenAt.store(Uptime.now.nanoseconds, ordering: .relaxed) }

    /// Seconds since the source last gave a sign of life.
    public func silence(at now: Uptime = .now) -> Double {
        now.seconds(since: Uptime(nanoseconds: beatenAt.load(ordering: .relaxed)))
    }

    /// Notes a good reading, and how many of its values were held.
    public func didRead(at time: Timestamp, held: Int = 0) {
        update { state in
            state.held += held
            state.state = "reading"
            state.reads += 1
            state.lastReading = time.seconds
        }
    }

    /// Notes what went wrong.
    public func didFail(_ sentence: String, at time: Timestamp = .now()) {
        update { state in
            state.state = "waiting"
            state.errors += 1
            state.lastError = sentence
            state.lastErrorAt = time.seconds
        }
    }
}
