import MeterCore
import MeterIO
import Synchronization

/// Writes each minute how the box and its sources do, and now and then what must survive a restart.
///
/// Saving costs the card two blocks; four times an hour that is less than a megabyte a day.
final class BoxObserver: Sendable {
    private struct Settings {
        var tags: [(String, String)]
        var databaseFolder: String?
        var spools: [String]
        var box: Series

        init(_ configuration: Configuration) {
            tags = configuration.tags
            databaseFolder = configuration.databaseFolder
            spools = configuration.outputs.map(\.queue.spoolDirectory)
            box = Series(
                Measurement("box", in: RetentionPolicy("raw")),
                tags: tags,
                fields: [
                    "frames", "frame_errors", "quarantined", "queue_points", "spool_bytes", "write_ms", "dropped",
                    "sd_bytes", "cpu_temp_c", "load1", "mem_used_pct", "disk_used_pct", "db_bytes", "uptime_s",
                ]
            )
        }
    }

    private static let minutesBetweenSaves = 15

    private let board: StatusBoard
    private let points: any PointReceiver
    private let settings: Mutex<Settings>

    /// Makes an observer.
    ///
    /// - Parameters:
    ///   - board: tells how everything does.
    ///   - points: takes the points.
    ///   - configuration: tells the points' tags.
    init(_ board: StatusBoard, to points: any PointReceiver, _ configuration: Configuration) {
        self.board = board
        self.points = points
        settings = Mutex(Settings(configuration))
    }

    /// Where the state is kept.
    var folder: String { board.folder }

    /// Where readings wait for the servers.
    var spools: [String] { settings.withLock { $0.spools } }

    /// Goes on with another configuration.
    func change(to configuration: Configuration) { settings.withLock { $0 = Settings(configuration) } }

    /// Works until the task is cancelled; looks first ten seconds after the start.
    func run() async {
        var minutes = 0
        var pause = Duration.seconds(10)
        while (try? await EventLoop.main.sleep(for: pause)) != nil {
            pause = .seconds(60)
            observe()
            minutes += 1
            if minutes % Self.minutesBetweenSaves == 0 { save() }
        }
    }

    /// Puts what was counted on disk.
    func save() {
        let daemon = board.daemon
        board.memory.note(
            sources: daemon.sources.map { ($0.name, $0.context.status.snapshot) },
            outputs: daemon.outputs.map { ($0.name, $0.uploader.counts) },
            clockJumps: daemon.dating.jumps
        )
        board.memory.save()
    }

    /// Makes the points of this minute.
    func observe() {
        let now = Timestamp.now()
        let settings = settings.withLock { $0 }
        let report = board.report
        let health = BoxHealth(disk: board.folder)
        let sources = report.sources.values
        let outputs = report.outputs.values
        let influx = board.daemon.outputs.first { $0.name == "influx" }?.uploader
        let lost =
            outputs.reduce(0) { $0 + $1.pointsLost } + sources.reduce(0) { $0 + $1.flooded } + report.clock.readingsLost
        let queue = influx.map { $0.outbox.backlog.points + $0.batcher.waiting }
        let databaseBytes = settings.databaseFolder.map(BoxHealth.size).flatMap { $0 > 0 ? $0 : nil }
        points.append(
            Point(
                settings.box,
                at: now,
                [
                    .integer(sources.reduce(0) { $0 + Int64($1.reads) }),
                    .integer(sources.reduce(0) { $0 + Int64($1.errors) }),
                    .integer(sources.reduce(0) { $0 + Int64($1.held) }),
                    queue.map { .integer(Int64($0)) },
                    .integer(outputs.reduce(0) { $0 + Int64($1.spoolBytes) }),
                    influx?.counts.lastWrite.map { .float($0 / .milliseconds(1)) },
                    .integer(Int64(lost)),
                    report.card.written.map { .integer($0) },
                    health.temperature.map { .float($0) },
                    health.load.map { .float($0) },
                    health.memoryUsedPercent.map { .float(rounded($0)) },
                    health.diskUsedPercent.map { .float(rounded($0)) },
                    databaseBytes.map { .integer($0) },
                    .integer(Int64(Uptime.now.seconds(since: Uptime(nanoseconds: 0)))),
                ]
            )
        )
        for (name, source) in report.sources { points.append(point(name, source, settings.tags, at: now)) }
    }

    private func point(
        _ name: String,
        _ source: SourceStatus.Snapshot,
        _ tags: [(String, String)],
        at now: Timestamp
    ) -> Point {
        let series = Series(
            Measurement("source", in: RetentionPolicy("raw")),
            tags: tags + [("source", name)],
            fields: ["age_s", "reads", "errors", "reconnects", "state"]
        )
        return Point(
            series,
            at: now,
            [
                source.lastReading.map { .float(Double(now.seconds - $0)) },
                .integer(Int64(source.reads)), .integer(Int64(source.errors)), .integer(Int64(source.reconnects)),
                .string(source.state),
            ]
        )
    }
}
