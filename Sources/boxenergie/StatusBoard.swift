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
        /// `box`, `meter`, or `unknown` while readings wait for the time.
        var basis: String
        var jumps: Int
        var readingsWaiting: Int
        var readingsLost: Int
    }

    var time: Int64
    var clock: Clock
    var startedAt: Int64
    var sources: [String: SourceStatus.Snapshot]
    var outputs: [String: Output]
}

/// Gathers the report from the running parts.
struct StatusBoard: Sendable {
    private let sources: [RunningSource]
    private let outputs: [RunningOutput]
    private let dating: Dating
    private let startedAt = Timestamp.now()

    init(sources: [RunningSource], outputs: [RunningOutput], dating: Dating) {
        self.dating = dating
        self.sources = sources
        self.outputs = outputs
    }

    var report: StatusReport {
        let snapshots = sources.map { ($0.context.name, $0.context.status.snapshot) }
        return StatusReport(
            time: Timestamp.now().seconds,
            clock: StatusReport.Clock(
                basis: dating.basis.rawValue,
                jumps: dating.jumps,
                readingsWaiting: dating.waiting,
                readingsLost: dating.dropped
            ),
            startedAt: startedAt.seconds,
            sources: Dictionary(snapshots) { first, _ in first },
            outputs: Dictionary(outputs.map { ($0.name, report($0.uploader)) }) { first, _ in first }
        )
    }

    private func report(_ uploader: Uploader) -> StatusReport.Output {
        let counts = uploader.counts
        let backlog = uploader.outbox.backlog
        return StatusReport.Output(
            server: uploader.sink.name,
            pointsWritten: counts.accepted,
            pointsRefused: counts.rejected,
            pointsLost: backlog.dropped + uploader.batcher.dropped,
            requests: counts.requests,
            failures: counts.failures,
            lastWritten: counts.lastAccepted?.seconds,
            lastError: counts.lastError,
            lastErrorAt: counts.lastErrorAt?.seconds,
            waitingBatches: backlog.batchesInMemory + backlog.batchesOnDisk,
            spoolBytes: backlog.bytesOnDisk
        )
    }
}
