import ArgumentParser
import CLinux
import Glibc
import Logging
import MeterCore
import MeterIO
import MeterOutputs

/// The program's own pipeline behind a meter that counts, with a clock that runs fast: what the delivery tests kill,
/// stop, reload and starve.
///
/// Everything from the daemon to the spool and the requests is what ships; only the meter and the clocks are the test's.
@main
struct DeliveryDriver: AsyncParsableCommand {
    @Option var url: String
    @Option(help: "The type of the output: influx, emoncms or postgres.") var output = "influx"
    @Option var folder: String
    @Option var site: String
    @Option(help: "The last number that an earlier run handed over.") var after: Int64 = 0
    @Option(help: "How many times faster than real time.") var speed = 100.0
    @Option(help: "The machine's uptime, in nanoseconds, when the fast clock said 0.") var origin: Int64
    @Option(help: "Seconds that the box's clock is ahead of the fast clock.") var ahead: Int64
    @Flag(help: "The box's clock is not set.") var unsynchronized = false
    @Option(help: "Seconds of the fast clock between two readings.") var period = 1
    @Option(help: "No request is given up before so many milliseconds of real time.") var leastTimeout = 0
    @Flag var poisoned = false
    @Option var spoolLimit = 4_000_000

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        do {
            try EventLoop.main.run {
                guard let command = try parseAsRoot() as? DeliveryDriver else { return }
                try await command.run()
            }
        } catch {
            exit(withError: error)
        }
    }

    func run() async throws {
        let logger = Logger(label: "driver") { _ in JournalLogHandler() }
        let clock = FastClock(speed: speed, origin: Uptime(nanoseconds: origin))
        let wall = WallClock(clock, ahead: ahead, isSynchronized: !unsynchronized)
        let numbers = Numbers(after: after)
        let signals = Signals([SIGTERM, SIGHUP])
        let source = RunningSource(
            NumberSource(
                numbers,
                clock: clock,
                wall: { wall.reading.wall },
                period: .seconds(period),
                isPoisoned: poisoned
            ),
            context: SourceContext(name: "numbers", tags: [("site", site)], logger: logger)
        )
        let daemon = Daemon(
            sources: [source],
            outputs: [output(numbers, clock, "0", logger)],
            logger: logger,
            clock: clock
        ) { batchers in
            Intake(
                to: batchers,
                clock: { wall.reading },
                undated: UndatedReadings(directory: folder + "/undated", boot: "\(origin)", logger: logger),
                logger: logger
            )
        }
        numbers.note(daemon)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await wall.obey() }
            try await daemon.run {
                var reloads = 0
                while let signal = try? await signals.next(), signal == SIGHUP {
                    reloads += 1
                    daemon.change(sources: [source], outputs: [output(numbers, clock, "\(reloads)", logger)])
                }
            } abandon: {
                Glibc.exit(1)
            }
            group.cancelAll()
        }
        numbers.sayWhatIsSafe()
    }

    /// The history of the type, by the settings that a household would write.
    private var server: any HistoryOutput {
        var text = "[output.it]\nurl = \"\(url)\""
        if output == "postgres", let port = url.split(separator: ":").last {
            text = "[output.it]\nhost = \"127.0.0.1\"\nport = \(port)\nusername = \"box\"\ntls = \"off\""
        }
        let document = ConfigDocument(text: text, file: "driver")
        guard case .history(let kind)? = OutputRegistry.builtIn[output],
            let section = document.root.namedSections("output").first?.section
        else { preconditionFailure("no output is called \(output)") }
        return kind.init(settings: section)
    }

    private func output(_ numbers: Numbers, _ clock: FastClock, _ text: String, _ logger: Logger) -> PlannedOutput {
        let server = server
        let batcher = Batcher(database: server.database, precision: .nanoseconds)
        numbers.note(batcher)
        let context = HistoryContext(box: "00000-00000", site: site, common: ["site"], zone: "Europe/Paris")
        let sink = ImpatientSink(sink: server.sink(context), clock: clock, least: .milliseconds(leastTimeout))
        let spool = folder + "/spool"
        let limit = spoolLimit
        return PlannedOutput("influx", configuration: text, flush: .every(.seconds(10)), batcher: batcher) {
            batcher,
            counts in
            let uploader = Uploader(
                batcher: batcher,
                outbox: Outbox { () throws(DiskError) in
                    try Spool(directory: spool, limit: limit, logger: logger)
                },
                sink: sink,
                deadLetters: DeadLetters(path: spool + "/refused.lp"),
                counts: counts,
                logger: logger,
                now: { clock.now }
            )
            numbers.note(uploader)
            return uploader
        }
    }
}
