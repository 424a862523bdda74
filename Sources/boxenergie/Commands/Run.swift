import ArgumentParser
import Glibc
import Logging
import MeterCore
import MeterIO

/// `run`: the daemon.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reads all meters and writes to InfluxDB until it is stopped.",
        discussion: """
            Stops within a second on SIGTERM or Ctrl-C; what could not be sent waits in the spool for the next start.

            EXAMPLES:
              boxenergie run --config my.toml
              boxenergie run --once            read every meter once, write, and stop
            """
    )

    @OptionGroup var options: ConfigOption

    @Flag(help: "Stop once every meter was read, or after 30 s.")
    var once = false

    @Option(help: "What is logged: trace, debug, info, notice, warning or error.")
    var logLevel = Logger.Level.info

    func run() async throws {
        let configuration = try Configuration.load(options.config)
        for warning in configuration.diagnostics.warnings { printError("\(warning)") }
        guard !configuration.sources.isEmpty else {
            throw CommandError(
                "\(options.config) has no [source.NAME] to read; boxenergie sources shows them",
                exitCode: 78
            )
        }
        let logger = makeLogger(logLevel)
        let meterClock = MeterClock()
        let sources = configuration.sources.map { name, source, onError in
            RunningSource(
                source,
                context: SourceContext(
                    name: name,
                    tags: configuration.tags,
                    logger: logger,
                    meterClock: meterClock
                ),
                onError: onError
            )
        }
        let outputs = configuration.outputs.map { $0.start(logger: logger) }
        let daemon = Daemon(
            sources: sources,
            outputs: outputs,
            logger: logger,
            clock: EventLoop.main,
            meterClock: meterClock,
            boxClock: { BoxClock.reading }
        )
        let server = StatusServer(path: StatusServer.path(configuration), logger: logger)
        let servers = outputs.map(\.uploader.sink.name).joined(separator: ", ")
        logger.info("Started", metadata: ["sources": "\(sources.count)", "servers": "\(servers)"])
        let manager = ServiceManager()
        let signals = once ? nil : Signals([SIGTERM, SIGINT])
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let board = StatusBoard(sources: sources, outputs: outputs, dating: daemon.dating)
                group.addTask { await server?.answer(board) }
                group.addTask { await manager?.reassure { daemon.isAlive } }
                manager?.say("READY=1")
                try await daemon.run {
                    if let signals { _ = try? await signals.next() } else { await waitForReadings(of: sources) }
                    manager?.say("STOPPING=1")
                } abandon: {
                    Glibc.exit(0)
                }
                group.cancelAll()
            }
        } catch {
            throw CommandError("\(error)", exitCode: 69)
        }
        if once { try report(sources, outputs) }
        let written = outputs.reduce(0) { $0 + $1.uploader.counts.accepted }
        logger.info("Stopped", metadata: ["points written": "\(written)"])
    }

    /// Waits until every source has read something, or for 30 s.
    private func waitForReadings(of sources: [RunningSource]) async {
        let end = EventLoop.main.now + .seconds(30)
        while EventLoop.main.now < end {
            if sources.allSatisfy({ $0.context.status.snapshot.reads >= 3 }) { return }
            try? await EventLoop.main.sleep(for: .milliseconds(100))
        }
    }

    private func report(_ sources: [RunningSource], _ outputs: [RunningOutput]) throws {
        let silent = sources.filter { $0.context.status.snapshot.reads == 0 }.map { source in
            "\(source.context.name): \(source.context.status.snapshot.lastError ?? "no reading within 30 s")"
        }
        let late = outputs.filter { !$0.uploader.outbox.isEmpty }.map { output in
            "\(output.name): the readings wait in the spool: \(output.uploader.counts.lastError ?? "no answer yet")"
        }
        guard (silent + late).isEmpty else {
            throw CommandError((silent + late).joined(separator: "\n"), exitCode: 69)
        }
    }
}
