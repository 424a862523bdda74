import MeterCore
import MeterIO
import Synchronization

/// Writes each minute the condition of the box and its sources, and saves what must survive a restart.
///
/// The points are those of `raw.box` and `raw.source`, see `boxenergie schema`.
///
///
/// Saving costs the card two blocks; four times an hour that is less than a megabyte a day.
final class BoxObserver: Sendable {
    /// The part of a configuration that the observer needs, replaced as a whole when that changes.
    private struct Settings {
        /// Tags of every point.
        var tags: [(String, String)]
        /// Folder of a database on this machine, whose size is told; `nil` when it is elsewhere.
        var databaseFolder: String?
        /// Folders of all outputs' spools.
        var spools: [String]
        /// Seconds of silence that are usual for each source, by its name.
        ///
        /// A meter that is read every ten minutes is not late after five.
        var pauses: [String: Int64]
        /// The series of the box's own points.
        var box: Series

        /// Takes what it needs from a configuration.
        init(_ configuration: Configuration) {
            tags = configuration.tags
            databaseFolder = configuration.databaseFolder
            spools = configuration.outputs.map(\.queue.spoolDirectory)
            pauses = configuration.energy.ledger.pauses
            box = Series(.box, tags: tags)
        }
    }

    /// Longest time between two saves, in minutes.
    ///
    /// Usually it is saved when a quarter of an hour is complete; without meters at work none ever is.
    private static let longestBetweenSaves = 20

    /// Gathers the condition of everything.
    private let board: StatusBoard
    /// Takes the points as if they were readings.
    private let intake: Intake
    /// The thread for the disk of the state.
    private let disk: DiskThread
    /// The part of the configuration in force.
    private let settings: Mutex<Settings>

    /// Makes an observer.
    ///
    /// - Parameters:
    ///   - board: tells how everything does.
    ///   - configuration: tells the points' tags.
    ///   - disk: the thread for the disk of the state.
    init(_ board: StatusBoard, _ configuration: Configuration, _ disk: DiskThread) {
        self.board = board
        self.disk = disk
        intake = board.daemon.intake
        settings = Mutex(Settings(configuration))
    }

    /// Folder of the state.
    var folder: String { board.folder }

    /// Folders of readings that wait for their outputs.
    var spools: [String] { settings.withLock { $0.spools } }

    /// Goes on with another configuration.
    func change(to configuration: Configuration) { settings.withLock { $0 = Settings(configuration) } }

    /// Works until the task is cancelled; observes first ten seconds after the start, then each minute.
    func run() async {
        var minutes = 0
        var savedQuarter = intake.completeUntil
        var pause = Duration.seconds(10)
        lookAtDisks()
        while (try? await EventLoop.main.sleep(for: pause)) != nil {
            pause = .seconds(Kind.boxPause)
            lookAtDisks()
            LeftPrograms.collect()
            observe()
            intake.lookForSilence()
            minutes += 1
            let quarter = intake.completeUntil
            guard quarter != savedQuarter || minutes >= Self.longestBetweenSaves else { continue }
            (savedQuarter, minutes) = (quarter, 0)
            save()
        }
    }

    /// Asks for the figures of the disks, which the next points tell.
    private func lookAtDisks() { board.figures.look(settings.withLock { $0.databaseFolder }) }

    /// Hands all counters and the ledger to the thread for the disk; while that is stuck they stay as they were.
    func save() {
        guard disk.stuck() == nil else { return }
        let daemon = board.daemon
        board.memory.note(
            sources: daemon.sources.map { ($0.name, $0.context.status.snapshot) },
            outputs: daemon.outputs.map { ($0.name, $0.uploader.counts) },
            clockJumps: intake.dating.jumps
        )
        board.memory.note(ledger: intake.ledgerMemory)
        board.memory.note(clock: intake.keptTime, boot: BoxHealth.boot)
        disk.enqueue { [memory = board.memory] in memory.save() }
    }

    /// Saves for the last time, and waits for it as long as a disk may take that is well.
    func saveAtEnd() {
        save()
        disk.drain(within: .seconds(1))
    }

    /// Makes the points of this minute.
    ///
    /// A value that this machine does not have, such as a temperature, is left out of the point.
    func observe() {
        let now = intake.time.now
        let settings = settings.withLock { $0 }
        let report = board.report
        let found = board.figures.found
        let health = found.health
        let sources = report.sources.values
        let outputs = report.outputs.values
        let influx = board.daemon.ledgersUploader
        let lost =
            outputs.reduce(0) { $0 + $1.pointsLost } + sources.reduce(0) { $0 + $1.flooded } + report.clock.readingsLost
        let queue = influx.map { $0.outbox.backlog.points + $0.batcher.waiting }
        intake.append(
            Point(
                settings.box,
                at: now,
                row: [
                    .frames: .integer(sources.reduce(0) { $0 + Int64($1.reads) }),
                    .frameErrors: .integer(sources.reduce(0) { $0 + Int64($1.errors) }),
                    .quarantined: .integer(sources.reduce(0) { $0 + Int64($1.held) }),
                    .queuePoints: queue.map { .integer(Int64($0)) },
                    .spoolBytes: .integer(outputs.reduce(0) { $0 + Int64($1.spoolBytes) }),
                    .writeMs: influx?.counts.lastWrite.map { .float($0 / .milliseconds(1)) },
                    .dropped: .integer(Int64(lost)),
                    .sdBytes: report.card.written.map { .integer($0) },
                    .cpuTempC: health.temperature.map { .float($0) },
                    .load1: health.load.map { .float($0) },
                    .memUsedPercent: health.memoryUsedPercent.map { .float(rounded($0)) },
                    .diskUsedPercent: health.diskUsedPercent.map { .float(rounded($0)) },
                    .diskReadOnly: health.card.readOnly.map { .integer($0) },
                    .diskErrors: health.card.errors.map { .integer($0) },
                    .cardUsedPercent: health.card.usedPercent.map { .integer($0) },
                    .cardReserve: health.card.reserve.map { .integer($0) },
                    .dbBytes: found.databaseBytes.map { .integer($0) },
                    .uptimeS: .integer(Int64(Uptime.now.seconds(since: Uptime(nanoseconds: 0)))),
                    .clock: .integer(Self.sureness(report.clock, intake.time.trust)),
                    .machine: board.identity.machineNumber.map { .integer($0) },
                ]
            )
        )
        let asleep = intake.asleep
        for (name, source) in report.sources {
            intake.append(point(name, source, settings, isNight: Subject.isMeter(name, of: asleep), at: now))
        }
    }

    /// What confirms the clock, as `raw.box` tells it: 2, 1 or 0.
    private static func sureness(_ clock: StatusReport.Clock, _ trust: BoxTime.Trust) -> Int64 {
        clock.basis == "earlier" ? 0 : Int64(trust.rawValue)
    }

    /// The condition of one source.
    ///
    /// - Parameters:
    ///   - name: its name, which becomes the tag `source`.
    ///   - source: its counters.
    ///   - settings: the tags, and the silence that is usual for it.
    ///   - isNight: true when it may sleep for want of sun.
    ///   - now: the time of the point.
    /// - Returns: a point whose `late_s` has the usual silence taken off.
    private func point(
        _ name: String,
        _ source: SourceStatus.Snapshot,
        _ settings: Settings,
        isNight: Bool,
        at now: Timestamp
    ) -> Point {
        let age = source.lastReading.map { now.seconds - $0 }
        let late = age.map { max(0, $0 - (settings.pauses[name] ?? 0)) }
        // An inverter has no power at night: it is late for nothing.
        let isAsleep = source.isAsleep || isNight && (late ?? .max) > 60
        return Point(
            Series(.source, tags: settings.tags + [("source", name)]),
            at: now,
            row: [
                .ageS: age.map { .float(Double($0)) },
                .lateS: isAsleep ? .float(0) : late.map { .float(Double($0)) },
                .reads: .integer(Int64(source.reads)), .errors: .integer(Int64(source.errors)),
                .reconnects: .integer(Int64(source.reconnects)),
                .state: .string(isAsleep ? "asleep" : source.state),
            ]
        )
    }
}
