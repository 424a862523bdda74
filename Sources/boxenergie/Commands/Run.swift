import ArgumentParser
import Glibc
import InfluxOutput
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
        let pipeline = Pipeline(configuration.influx, logger: logger)
        let sources = configuration.sources.map { name, source, onError in
            RunningSource(
                source,
                context: SourceContext(name: name, tags: configuration.tags, logger: logger),
                onError: onError
            )
        }
        let board = StatusBoard(sources: sources, uploader: pipeline.uploader)
        let server = StatusServer(path: StatusServer.path(configuration.influx), board: board, logger: logger)
        defer { server?.stop() }
        let daemon = Daemon(
            sources: sources,
            uploaders: [pipeline.uploader],
            flush: configuration.influx.flush,
            logger: logger
        )
        logger.info("Started", metadata: ["sources": "\(sources.count)", "server": "\(configuration.influx.url)"])
        let stop = once ? firstReadings(of: sources) : signals(SIGTERM, SIGINT)
        do {
            try await daemon.run(until: stop) { Glibc.exit(0) }
        } catch {
            throw CommandError("\(error)", exitCode: 69)
        }
        if once { try report(sources, pipeline) }
        logger.info("Stopped", metadata: ["points written": "\(pipeline.uploader.counts.accepted)"])
    }

    /// Yields when every source has read something, or after 30 s.
    private func firstReadings(of sources: [RunningSource]) -> AsyncStream<Void> {
        let start = ContinuousClock.now
        return AsyncStream {
            while .now - start < .seconds(30) {
                if sources.allSatisfy({ $0.context.status.snapshot.reads >= 3 }) { return () }
                try? await Task.sleep(for: .milliseconds(100))
            }
            return ()
        }
    }

    private func report(_ sources: [RunningSource], _ pipeline: Pipeline) throws {
        let silent = sources.filter { $0.context.status.snapshot.reads == 0 }
        guard silent.isEmpty else {
            let reasons = silent.map { source in
                "\(source.context.name): \(source.context.status.snapshot.lastError ?? "no reading within 30 s")"
            }
            throw CommandError(reasons.joined(separator: "\n"), exitCode: 69)
        }
        guard pipeline.uploader.outbox.isEmpty else {
            throw CommandError(
                "the readings wait in the spool: \(pipeline.uploader.counts.lastError ?? "the server did not answer")",
                exitCode: 69
            )
        }
    }
}
