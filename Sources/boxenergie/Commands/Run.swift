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
            Stops within a second on SIGTERM or Ctrl-C; what could not be sent waits in the spool for the next start. On
            SIGHUP (systemctl reload boxenergie) it reads the configuration again: what did not change goes on
            undisturbed, and a configuration with mistakes changes nothing.

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
        let configuration = try load()
        for warning in configuration.diagnostics.warnings { printError("\(warning)") }
        let logger = makeLogger(logLevel)
        let meterClock = MeterClock()
        let memory = BoxMemory(configuration.state, logger: logger)
        let notifier = Notifier(configuration.energy, logger: logger)
        let registers = SourceMemory(folder: configuration.state, logger: logger)
        registers.longestWait = configuration.longestWait
        let daemon = Daemon(
            sources: configuration.sources.map { source in
                source.running(
                    SourceStatus(memory.source(source.name)),
                    configuration.tags,
                    meterClock,
                    registers,
                    logger
                )
            },
            outputs: configuration.outputs.map { $0.planned(logger: logger) },
            counts: memory.output,
            logger: logger,
            clock: EventLoop.main
        ) { batchers in
            Intake(
                to: batchers,
                ledger: Ledger(configuration.energy.ledger, memory: memory.ledger),
                meter: meterClock,
                clock: { [hasBattery = configuration.clockHasBattery] in BoxClock.reading(hasBattery: hasBattery) },
                undated: UndatedReadings(
                    directory: configuration.state + "/undated",
                    boot: BoxHealth.boot,
                    logger: logger
                ),
                logger: logger,
                tell: notifier.tell
            )
        }
        let server = StatusServer(path: StatusServer.path(configuration), logger: logger)
        let control = ControlServer(path: ControlServer.path(configuration), logger: logger)
        let servers = daemon.outputs.map(\.uploader.sink.name).joined(separator: ", ")
        logger.info("Started", metadata: ["sources": "\(configuration.sources.count)", "servers": "\(servers)"])
        OrphanedSpools.report(configuration, logger)
        daemon.tellAlignments(from: registers)
        let manager = ServiceManager()
        let signals = once ? nil : Signals([SIGTERM, SIGINT, SIGHUP])
        let board = StatusBoard(daemon: daemon, memory: memory, folder: configuration.state)
        let observer = BoxObserver(board, configuration)
        let orders = Orders(daemon, observer, registers, configuration, logger)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await server?.answer(board) }
                group.addTask { await control?.obey(orders.obey) }
                group.addTask { await manager?.reassure { daemon.isAlive } }
                group.addTask { await observer.run() }
                group.addTask { await notifier.run() }
                group.addTask {
                    let opening = LedgerOpening(configuration, logger: logger)
                    let isRead = await opening.open(daemon.intake, memory.ledger, isOutdated: memory.isOutdated)
                    if isRead { memory.ledgerIsGood() }
                }
                manager?.say("READY=1")
                try await daemon.run {
                    guard let signals else { return await waitForReadings(of: daemon.sources) }
                    while let signal = try? await signals.next(), signal == SIGHUP, isatty(STDIN_FILENO) == 0 {
                        manager?.sayReloading()
                        reload(daemon, observer, notifier, orders, memory, registers, meterClock, logger)
                        manager?.say("READY=1")
                    }
                    manager?.say("STOPPING=1")
                } abandon: {
                    observer.save()
                    Glibc.exit(0)
                }
                group.cancelAll()
            }
        } catch {
            observer.save()
            throw CommandError("\(error)", exitCode: 69)
        }
        observer.save()
        if once { try report(daemon.sources, daemon.outputs) }
        let written = daemon.outputs.reduce(0) { $0 + $1.uploader.counts.accepted }
        logger.info("Stopped", metadata: ["points written": "\(written)"])
    }

    private func load() throws -> Configuration {
        let configuration = try Configuration.load(options.config)
        guard !configuration.sources.isEmpty else {
            throw CommandError(
                "\(options.config) names no meter yet: write a [source.NAME] there (boxenergie sources shows how), "
                    + "then for the service: sudo systemctl restart boxenergie",
                exitCode: 78
            )
        }
        return configuration
    }

    /// Reads the configuration again; one with mistakes changes nothing.
    private func reload(
        _ daemon: Daemon,
        _ observer: BoxObserver,
        _ notifier: Notifier,
        _ orders: Orders,
        _ memory: BoxMemory,
        _ registers: SourceMemory,
        _ meterClock: MeterClock,
        _ logger: Logger
    ) {
        do {
            let configuration = try load()
            for warning in configuration.diagnostics.warnings { logger.warning("\(warning)") }
            let spools = observer.spools
            observer.change(to: configuration)
            notifier.change(to: configuration.energy)
            orders.change(to: configuration)
            registers.longestWait = configuration.longestWait
            daemon.intake.changeLedger(
                to: configuration.energy.ledger,
                sources: configuration.sources.map(\.name)
            )
            let statuses = Dictionary(daemon.sources.map { ($0.name, $0.context.status) }) { _, new in new }
            daemon.change(
                sources: configuration.sources.map { source in
                    let status = statuses[source.name] ?? SourceStatus(memory.source(source.name))
                    return source.running(status, configuration.tags, meterClock, registers, logger)
                },
                outputs: configuration.outputs.map { $0.planned(logger: logger) }
            )
            OrphanedSpools.report(configuration, earlier: spools, logger)
            if configuration.state != observer.folder {
                logger.warning("Another folder for the state is used from the next start on")
            }
            logger.notice("The configuration was read again", metadata: ["file": "\(options.config)"])
        } catch {
            logger.error("The configuration has mistakes, the old one goes on", metadata: ["reason": "\(error)"])
        }
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
            "\(source.name): \(source.context.status.snapshot.lastError ?? "no reading within 30 s")"
        }
        let late = outputs.filter { !$0.uploader.outbox.isEmpty }.map { output in
            "\(output.name): the readings wait in the spool: \(output.uploader.counts.lastError ?? "no answer yet")"
        }
        guard (silent + late).isEmpty else {
            throw CommandError((silent + late).joined(separator: "\n"), exitCode: 69)
        }
    }
}
