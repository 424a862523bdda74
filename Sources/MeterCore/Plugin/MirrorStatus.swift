import Synchronization

/// The state of a mirror, for a person to look at; shared with `status`.
public final class MirrorStatus: Sendable {
    /// A copy at one instant; times are those of the clock that nobody sets.
    public struct Snapshot: Sendable {
        /// True while the neighbour takes what it is told.
        public var isThere = false
        /// The quantities that it was told of since the start.
        public var quantities = 0
        /// The values that it was told since the start.
        public var told = 0
        /// The last value that it was told.
        public var lastTold: Uptime?
        /// The sentence of the last trouble; it stays after the trouble is over.
        public var lastError: String? { didSet { lastError = lastError.map { shortened($0) } } }
        /// The last trouble.
        public var lastErrorAt: Uptime?

        public init() {}
    }

    private let state = Mutex(Snapshot())

    public init() {}

    /// A copy of now.
    public var snapshot: Snapshot { state.withLock { $0 } }

    /// Changes the values.
    public func update(_ change: (inout Snapshot) -> Void) { state.withLock { change(&$0) } }

    /// Notes that the neighbour is away, and why.
    public func didFail(_ sentence: String) {
        update { state in
            (state.isThere, state.lastError, state.lastErrorAt) = (false, sentence, .now)
        }
    }
}
