extension Uploader {
    /// What happened so far, for `status`.
    public struct Counts: Sendable, Equatable, LastingCounters {
        public var accepted = 0
        public var rejected = 0
        /// Points given up for want of room.
        public var dropped = 0
        public var requests = 0
        public var failures = 0
        /// How long the server took for the last request.
        public var lastWrite: Duration?
        public var lastAccepted: Timestamp?
        public var lastError: String?
        public var lastErrorAt: Timestamp?

        public init() {}

        mutating func noteError(_ sentence: String, at time: Timestamp = .now()) {
            (lastError, lastErrorAt) = (sentence, time)
        }

        public static var lasting: [String: WritableKeyPath<Self, Int>] {
            [
                "accepted": \.accepted, "rejected": \.rejected, "dropped": \.dropped, "requests": \.requests,
                "failures": \.failures,
            ]
        }
    }
}
