import MeterCore

/// What `status` shows, as one value that can be sent as JSON.
struct StatusReport: Codable, Sendable {
    struct Output: Codable, Sendable {
        var server: String
        var pointsWritten: Int
        var pointsRefused: Int
        var pointsLost: Int
        var requests: Int
        var failures: Int
        var lastWritten: Int64?
        var lastError: String?
        var lastErrorAt: Int64?
        var waitingBatches: Int
        var spoolBytes: Int
    }

    struct Clock: Codable, Sendable {
        /// `box`, `meter`, `earlier` while a clock that was set is not believed, or `unknown` while readings wait.
        var basis: String
        var jumps: Int
        var readingsWaiting: Int
        var readingsLost: Int
    }

    struct Card: Codable, Sendable {
        /// Bytes that all programs wrote since midnight, where the kernel tells.
        var writtenToday: Int64?
        /// The same since the box first counted them.
        var written: Int64?
        var usedPercent: Double?
    }

    var time: Int64
    var clock: Clock
    var startedAt: Int64
    /// How often the program was started.
    var starts: Int
    var card: Card
    var sources: [String: SourceStatus.Snapshot]
    var outputs: [String: Output]
}
