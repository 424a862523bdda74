import Glibc
import Logging
import MeterCore
import MeterIO

/// The box at work: all that a configuration is made into, and what it becomes when that changes.
struct Box: Sendable {
    let daemon: Daemon
    private let memory: BoxMemory
    private let registers: SourceMemory
    private let meterClock: MeterClock
    private let notifier: Notifier
    private let board: StatusBoard
    private let observer: BoxObserver
    private let orders: Orders
    private let opening: LedgerOpening
    private let status: StatusServer?
    private let control: ControlServer?
    private let logger: Logger

    /// Puts the parts together and opens the spools; nothing is read yet.
    init(_ configuration: Configuration, logger: Logger) {
        self.logger = logger
        let meterClock = MeterClock()
        self.meterClock = meterClock
        let memory = BoxMemory(configuration.state, logger: logger)
        self.memory = memory
        let notifier = Notifier(configuration.energy, logger: logger)
        self.notifier = notifier
        registers = SourceMemory(folder: configuration.state, logger: logger)
        registers.longestWait = configuration.longestWait
        daemon = Daemon(
            sources: Self.sources(configuration, memory, registers, meterClock, logger),
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
        status = StatusServer(path: StatusServer.path(configuration), logger: logger)
        control = ControlServer(path: ControlServer.path(configuration), logger: logger)
        board = StatusBoard(daemon: daemon, memory: memory, folder: configuration.state)
        observer = BoxObserver(board, configuration)
        orders = Orders(daemon, observer, registers, configuration, logger)
        opening = LedgerOpening(configuration, logger: logger)
    }

    /// The sources of a configuration; those that had been at work under their names count on.
    private static func sources(
        _ configuration: Configuration,
        _ memory: BoxMemory,
        _ registers: SourceMemory,
        _ meterClock: MeterClock,
        _ logger: Logger,
        earlier: [RunningSource] = []
    ) -> [RunningSource] {
        let statuses = Dictionary(earlier.map { ($0.name, $0.context.status) }) { _, new in new }
        return configuration.sources.map { source in
            let status = statuses[source.name] ?? SourceStatus(memory.source(source.name))
            return source.running(status, configuration.tags, meterClock, registers, logger)
        }
    }

    /// Reads and writes until `stop` returns, or a source that must not fail has failed; then saves what must survive.
    ///
    /// - Parameters:
    ///   - manager: hears that the box is ready, and alive.
    ///   - stop: returns when the program should end.
    /// - Throws: the error of that source.
    func run(_ manager: ServiceManager?, until stop: @escaping @Sendable () async -> Void) async throws {
        defer { observer.save() }
        daemon.tellAlignments(from: registers)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await status?.answer { board.report } }
            group.addTask { await control?.obey(orders.obey) }
            group.addTask { await manager?.reassure { daemon.isAlive } }
            group.addTask { await observer.run() }
            group.addTask { await notifier.run() }
            group.addTask { await openLedger() }
            manager?.say("READY=1")
            try await daemon.run(until: stop) {
                observer.save()
                Glibc.exit(0)
            }
            group.cancelAll()
        }
    }

    private func openLedger() async {
        let isRead = await opening.open(daemon.intake, memory.ledger, isOutdated: memory.isOutdated)
        if isRead { memory.ledgerIsGood() }
    }

    /// Goes on with another configuration; what stayed the same is left alone.
    func change(to configuration: Configuration) {
        let spools = observer.spools
        observer.change(to: configuration)
        notifier.change(to: configuration.energy)
        orders.change(to: configuration)
        registers.longestWait = configuration.longestWait
        daemon.intake.changeLedger(to: configuration.energy.ledger, sources: configuration.sources.map(\.name))
        daemon.change(
            sources: Self.sources(configuration, memory, registers, meterClock, logger, earlier: daemon.sources),
            outputs: configuration.outputs.map { $0.planned(logger: logger) }
        )
        OrphanedSpools.report(configuration, earlier: spools, logger)
        if configuration.state != observer.folder {
            logger.warning("Another folder for the state is used from the next start on")
        }
    }
}
