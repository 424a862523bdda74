import Glibc
import MeterCore
import MeterIO
import MeterNotation

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

/// Gathers the report from the running parts.
struct StatusBoard: Sendable {
    let daemon: Daemon
    let memory: BoxMemory
    /// A folder on the disk, the SD card, that matters.
    let folder: String
    let startedAt = Timestamp.now()

    var report: StatusReport {
        let dating = daemon.intake.dating
        let health = BoxHealth(disk: folder)
        let wear = health.diskBytesWritten.map { memory.noteCard($0, boot: BoxHealth.boot, day: wallClock("%F")) }
        return StatusReport(
            time: Timestamp.now().seconds,
            clock: StatusReport.Clock(
                basis: dating.basis,
                jumps: memory.clockJumps + dating.jumps,
                readingsWaiting: dating.waiting,
                readingsLost: dating.dropped
            ),
            startedAt: startedAt.seconds,
            starts: memory.starts,
            card: StatusReport.Card(
                writtenToday: wear?.today,
                written: wear?.total,
                usedPercent: health.diskUsedPercent
            ),
            sources: Dictionary(daemon.sources.map { ($0.name, $0.context.status.snapshot) }) { _, new in new },
            outputs: Dictionary(daemon.outputs.map { ($0.name, report($0.uploader)) }) { _, new in new }
        )
    }

    private func report(_ uploader: Uploader) -> StatusReport.Output {
        let counts = uploader.counts
        let backlog = uploader.outbox.backlog
        return StatusReport.Output(
            server: uploader.sink.name,
            pointsWritten: counts.accepted,
            pointsRefused: counts.rejected,
            pointsLost: counts.dropped,
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
