import Glibc
import MeterCore
import MeterIO
import MeterNotation

/// Gathers the status report from the running parts, anew each time it is asked for.
struct StatusBoard: Sendable {
    /// The box.
    let identity: BoxIdentity
    /// Has the sources, outputs and the intake.
    let daemon: Daemon
    /// Has the mirrors.
    let mirrors: BoxMirrors
    /// Has the counts of earlier runs, and of the card.
    let memory: BoxMemory
    /// A folder on the disk that matters, the SD card.
    let folder: String
    /// What the disks told last.
    let figures: DiskFigures
    /// Start of the program.
    let startedAt = Uptime.now

    /// The report of this moment.
    ///
    /// It notes the card's counter on the way, so that `today` is right even when only `status` asks.
    var report: StatusReport {
        let dating = daemon.intake.dating
        let time = daemon.intake.time
        let now = time.now
        let health = figures.found.health
        let wear = health.diskBytesWritten.map {
            memory.noteCard($0, boot: BoxHealth.boot, day: wallClock("%F", at: now.seconds))
        }
        return StatusReport(
            time: now.seconds,
            box: StatusReport.Box(identity, memory.renaming),
            clock: StatusReport.Clock(
                basis: dating.basis,
                jumps: memory.clockJumps + dating.jumps,
                readingsWaiting: dating.waiting,
                readingsLost: dating.lost.total,
                readingsLostBySource: dating.lost.bySource,
                meterSecondsAhead: dating.meterError
            ),
            startedAt: time.time(at: startedAt).seconds,
            starts: memory.starts,
            card: StatusReport.Card(
                writtenToday: wear?.today,
                written: wear?.total,
                usedPercent: health.diskUsedPercent
            ),
            house: daemon.intake.houseInShort,
            sources: Dictionary(daemon.sources.map { ($0.name, $0.context.status.snapshot) }) { _, new in new },
            outputs: Dictionary(daemon.outputs.map { ($0.name, report($0.uploader)) }) { _, new in new },
            mirrors: Dictionary(mirrors.states.map { ($0.name, report($0.place, $0.state, time)) }) { _, new in new }
        )
    }

    /// The report of one mirror.
    private func report(_ place: String, _ state: MirrorStatus.Snapshot, _ time: BoxTime) -> StatusReport.Mirror {
        StatusReport.Mirror(
            place: place,
            isThere: state.isThere,
            quantities: state.quantities,
            messages: state.told,
            lastTold: state.lastTold.map { time.time(at: $0).seconds },
            lastError: state.lastError,
            lastErrorAt: state.lastErrorAt.map { time.time(at: $0).seconds }
        )
    }

    /// The report of one output.
    private func report(_ uploader: Uploader) -> StatusReport.Output {
        let counts = uploader.counts
        let backlog = uploader.outbox.backlog
        let stuck = uploader.outbox.diskIsStuck().map { time in
            said("the spool's disk has not answered for \(time.components.seconds) s; readings wait in memory")
        }
        return StatusReport.Output(
            server: uploader.sink.name,
            pointsWritten: counts.accepted,
            pointsRefused: counts.rejected,
            pointsLost: counts.dropped,
            pointsLostBySource: uploader.lost.bySource,
            requests: counts.requests,
            failures: counts.failures,
            lastWritten: counts.lastAccepted?.seconds,
            lastError: stuck ?? counts.lastError,
            lastErrorAt: stuck == nil ? counts.lastErrorAt?.seconds : Timestamp.now().seconds,
            waitingBatches: backlog.batchesInMemory + backlog.batchesOnDisk,
            spoolBytes: backlog.bytesOnDisk
        )
    }
}
