extension Uploader {
    /// The counters and last events of an uploader, for `status`.
    public struct Counts: Sendable, Equatable, LastingCounters {
        /// Points that the server took.
        public var accepted = 0
        /// Points that the server will never take.
        public var rejected = 0
        /// Points given up for want of room.
        public var dropped = 0
        /// Requests, each with its answer.
        public var requests = 0
        /// Requests after which the batch had to wait.
        public var failures = 0
        /// The duration of the last request.
        public var lastWrite: Duration?
        /// The date at which the server last took points.
        public var lastAccepted: Timestamp?
        /// The sentence of the last error, shortened.
        public var lastError: String?
        /// The date of the last error.
        public var lastErrorAt: Timestamp?

        public init() {}

        mutating func noteError(_ sentence: String, at time: Timestamp = .now()) {
            (lastError, lastErrorAt) = (shortened(sentence), time)
        }

        /// The counters that go on over a restart of the program.
        public static var lasting: [String: WritableKeyPath<Self, Int>] {
            [
                "accepted": \.accepted, "rejected": \.rejected, "dropped": \.dropped, "requests": \.requests,
                "failures": \.failures,
            ]
        }
    }
}
