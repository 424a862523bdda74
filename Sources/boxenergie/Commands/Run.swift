import ArgumentParser
import Glibc
import InfluxOutput
import Logging
import MeterCore
import MeterIO
import MeterNotation

/// `run`: the daemon.
struct Run: AsyncParsableCommand {
    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        abstract: said("Reads all meters and writes to InfluxDB until it is stopped."),
        discussion: prose(
            """
            Stops within a second on SIGTERM or Ctrl-C; what could not be sent waits in the spool for the next start. On
            SIGHUP (systemctl reload boxenergie) it reads the configuration again: what did not change goes on
            undisturbed, and a configuration with mistakes changes nothing.

            EXAMPLES:
              boxenergie run --config my.toml
              boxenergie run --once            read every meter once, write, and stop
            """
        )
    )

    /// The configuration, which SIGHUP reads again.
    @OptionGroup var options: ConfigOption

    /// True to stop once every meter was read.
    @Flag(help: .said("Stop once every meter was read, or after 30 s."))
    var once = false

    /// Least level of what is logged; `info` by default.
    @Option(help: .said("What is logged: trace, debug, info, notice, warning or error."))
    var logLevel = Logger.Level.info

    /// Runs the box until SIGTERM, SIGINT, or `once` is done.
    ///
    /// At a terminal SIGHUP ends it too, since it means that the terminal was closed.
    ///
    /// - Throws: a `CommandError` with code 78 for a bad configuration, with code 69 for a source that must not fail.
    func run() async throws {
        let configuration = try Self.load(options.config)
        for warning in configuration.diagnostics.warnings { printError("\(warning)") }
        let logger = makeLogger(logLevel)
        let box = Box(configuration, logger: logger)
        let servers = box.daemon.outputs.map(\.uploader.sink.name).joined(separator: ", ")
        logger.info("Started", metadata: ["sources": "\(configuration.sources.count)", "servers": "\(servers)"])
        OrphanedSpools.report(configuration, logger)
        let manager = ServiceManager()
        let signals = once ? nil : Signals([SIGTERM, SIGINT, SIGHUP])
        do {
            try await box.run(manager) {
                guard let signals else { return await waitForReadings(of: box.daemon.sources) }
                await withTaskGroup(of: Void.self) { group in
                    // A disk that holds the configuration may take its time: the end does not wait for it.
                    let (wishes, wish) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
                    group.addTask {
                        for await _ in wishes {
                            manager?.sayReloading()
                            await reload(box, logger)
                            manager?.say("READY=1")
                        }
                    }
                    while let signal = try? await signals.next(), signal == SIGHUP, isatty(STDIN_FILENO) == 0 {
                        wish.yield()
                    }
                    group.cancelAll()
                }
                manager?.say("STOPPING=1")
            }
        } catch {
            throw CommandError("\(error)", exitCode: 69)
        }
        if once { try report(box.daemon.sources, box.daemon.outputs) }
        let written = box.daemon.outputs.reduce(0) { $0 + $1.uploader.counts.accepted }
        logger.info("Stopped", metadata: ["points written": "\(written)"])
    }

    /// The configuration; one without a source is an error, since there would be nothing to do.
    private static func load(_ file: String) throws -> Configuration {
        let configuration = try Configuration.load(file)
        guard !configuration.sources.isEmpty else {
            throw CommandError(
                "\(file) names no meter yet: write a [source.NAME] there (boxenergie sources shows how), "
                    + "then for the service: sudo systemctl restart boxenergie",
                exitCode: 78
            )
        }
        return configuration
    }

    /// Reads the configuration again, on a thread of its own: its disk, or that of a spool, may be stuck.
    ///
    /// One with mistakes is logged and changes nothing.
    private func reload(_ box: Box, _ logger: Logger) async {
        let file = options.config
        let thread = DiskThread(name: "reload")
        await withTaskCancellationHandler {
            guard let loaded = await thread.run({ Result { try Self.load(file) } }) else { return }
            do {
                let configuration = try loaded.get()
                for warning in configuration.diagnostics.warnings { logger.warning("\(warning)") }
                let earlier = box.spools
                box.change(to: configuration)
                logger.notice("The configuration was read again", metadata: ["file": "\(file)"])
                _ = await thread.run { OrphanedSpools.report(configuration, earlier: earlier, logger) }
            } catch {
                logger.error("The configuration has mistakes, the old one goes on", metadata: ["reason": "\(error)"])
            }
        } onCancel: {
            thread.giveUp()
        }
    }

    /// Waits until every source was read three times, or for 30 s.
    private func waitForReadings(of sources: [RunningSource]) async {
        let end = EventLoop.main.now + .seconds(30)
        while EventLoop.main.now < end {
            if sources.allSatisfy({ $0.context.status.snapshot.reads >= 3 }) { return }
            try? await EventLoop.main.sleep(for: .milliseconds(100))
        }
    }

    /// Reports sources that said nothing and outputs with readings left, as an error with code 69.
    private func report(_ sources: [RunningSource], _ outputs: [RunningOutput]) throws {
        let silent = sources.filter { $0.context.status.snapshot.reads == 0 }.map { source in
            said("\(source.name): \(source.context.status.snapshot.lastError ?? said("no reading within 30 s"))")
        }
        let late = outputs.filter { !$0.uploader.outbox.isEmpty }.map { output in
            said(
                "\(output.name): the readings wait in the spool: \(output.uploader.counts.lastError ?? said("no answer yet"))"
            )
        }
        guard (silent + late).isEmpty else {
            throw CommandError("\((silent + late).joined(separator: "\n"))", exitCode: 69)
        }
    }
}
