extension Uploader {
    /// What happened so far, for `status`.
    public struct Counts: Sendable, Equatable {
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

        /// What is counted over restarts, by name.
        public var totals: [String: Int] {
            get {
                [
                    "accepted": accepted, "rejected": rejected, "dropped": dropped, "requests": requests,
                    "failures": failures,
                ]
            }
            set {
                accepted = newValue["accepted"] ?? 0
                rejected = newValue["rejected"] ?? 0
                dropped = newValue["dropped"] ?? 0
                requests = newValue["requests"] ?? 0
                failures = newValue["failures"] ?? 0
            }
        }
    }
}
