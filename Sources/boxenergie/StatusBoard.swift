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

    var time: Int64
    var startedAt: Int64
    var sources: [String: SourceStatus.Snapshot]
    var output: Output
}

/// Gathers the report from the running parts.
struct StatusBoard: Sendable {
    private let sources: [RunningSource]
    private let uploader: Uploader
    private let startedAt = Timestamp.now()

    init(sources: [RunningSource], uploader: Uploader) {
        self.sources = sources
        self.uploader = uploader
    }

    var report: StatusReport {
        let counts = uploader.counts
        let backlog = uploader.outbox.backlog
        let snapshots = sources.map { ($0.context.name, $0.context.status.snapshot) }
        return StatusReport(
            time: Timestamp.now().seconds,
            startedAt: startedAt.seconds,
            sources: Dictionary(snapshots) { first, _ in first },
            output: StatusReport.Output(
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
        )
    }
}
