import Synchronization

/// The state of a source: its counters, and the last values for a person to look at.
///
/// Shared with `status`.
public final class SourceStatus: Sendable {
    /// A copy at one instant.
    public struct Snapshot: Sendable, Codable, LastingCounters {
        /// `starting`, `reading`, `waiting` or `stopped`.
        public var state = "starting"
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

    private let state: Mutex<Snapshot>
    private let beatenAt = Atomic(Uptime.now.nanoseconds)

    /// A status that counts on from an earlier one.
    public init(_ snapshot: Snapshot = Snapshot()) { state = Mutex(snapshot) }

    /// A copy of now.
    public var snapshot: Snapshot { state.withLock { $0 } }

    /// Changes the values, and counts as a sign of life.
    public func update(_ change: (inout Snapshot) -> Void) {
        beat()
        state.withLock { change(&$0) }
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
