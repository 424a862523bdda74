import Glibc
import MeterCore
import MeterIO
import MeterNotation

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
