import Glibc
import HousePage
import Logging
import MeterCore
import MeterIO

/// The running box: all parts that a configuration is made into, and their change into those of another one.
///
/// It joins them and knows no meter, no database and no rule of the books itself.
struct Box: Sendable {
    /// The sources, the intake and the outputs at work.
    let daemon: Daemon
    /// Counters and the ledger, over a restart.
    private let memory: BoxMemory
    /// Registers of meters that have none of their own, such as pulse meters, over a restart.
    private let registers: SourceMemory
    /// The Linky's clock, for a box that was never told the time.
    private let meterClock: MeterClock
    /// Tells events to the user's program.
    private let notifier: Notifier
    /// Gathers the status report.
    private let board: StatusBoard
    /// Writes the box's own points, and saves.
    private let observer: BoxObserver
    /// Obeys `pulse set` and `ledger reopen`.
    private let orders: Orders
    /// Makes sums again for what comes too late.
    private let lateSums: LateSums
    /// Brings the ledger up to date at the start.
    private let opening: LedgerOpening
    /// What the page of the house shows.
    private let house: BoxHouse
    /// The page of the house, where the configuration has one.
    private let page: HousePage
    /// The looks at the page, which readings follow sooner.
    private let audience: Audience
    /// Sends the letter of a month.
    private let letters: LetterPost
    /// The neighbours that are shown what is now.
    private let mirrors: BoxMirrors
    /// The register that can be checked, where the configuration has one.
    private let register: BoxRegister
    /// Tells that the box was renamed.
    private let name: BoxName
    /// Answers `status`; `nil` when its socket cannot be opened.
    private let status: StatusServer?
    /// Takes orders; `nil` when its socket cannot be opened.
    private let control: ControlServer?
    /// The program's logger, for what is said of the box as a whole.
    private let logger: Logger

    /// Puts the parts together and opens the spools; nothing is read yet.
    ///
    /// - Parameters:
    ///   - configuration: a configuration without errors.
    ///   - logger: the program's logger, for all parts.
    init(_ configuration: Configuration, logger: Logger) {
        self.logger = logger
        let meterClock = MeterClock()
        self.meterClock = meterClock
        let memory = BoxMemory(configuration.state, logger: logger)
        self.memory = memory
        let notifier = Notifier(configuration.energy, logger: logger)
        self.notifier = notifier
        let disk = DiskThread(name: "state")
        let audience = Audience()
        self.audience = audience
        registers = SourceMemory(folder: configuration.state, logger: logger, disk: disk)
        registers.longestWait = configuration.longestWait
        daemon = Daemon(
            sources: Self.sources(configuration, memory, registers, meterClock, logger),
            outputs: configuration.outputs.map { $0.planned(audience: audience, logger: logger) },
            counts: memory.output,
            logger: logger,
            clock: EventLoop.main
        ) { batchers in
            Intake(
                to: batchers,
                ledger: Ledger(configuration.energy.ledger, memory: memory.ledger),
                meter: meterClock,
                clock: { [hasBattery = configuration.clockHasBattery] in BoxClock.reading(hasBattery: hasBattery) },
                time: .shared,
                kept: memory.clock(of: BoxHealth.boot),
                undated: UndatedReadings(
                    directory: configuration.state + "/undated",
                    boot: BoxHealth.boot,
                    logger: logger
                ),
                disk: disk,
                logger: logger,
                tell: notifier.tell
            )
        }
        status = StatusServer(path: StatusServer.path(configuration), logger: logger)
        control = ControlServer(path: ControlServer.path(configuration), logger: logger)
        mirrors = BoxMirrors(configuration, daemon.intake, logger: logger)
        let identity = BoxIdentity.of(configuration.state)
        register = BoxRegister(configuration, identity, daemon.intake, logger: logger, tell: notifier.tell)
        board = StatusBoard(
            identity: identity,
            daemon: daemon,
            mirrors: mirrors,
            memory: memory,
            folder: configuration.state,
            figures: DiskFigures(configuration.state)
        )
        observer = BoxObserver(board, configuration, disk)
        name = BoxName(
            configuration,
            memory,
            daemon.intake,
            logger: logger,
            save: observer.save,
            tell: notifier.tell
        )
        house = BoxHouse(board, configuration, audience)
        page = HousePage(configuration.page, of: house, logger: logger)
        letters = LetterPost(
            configuration,
            logger: logger,
            append: { [daemon] in daemon.intake.append($0) },
            tell: notifier.tell
        )
        orders = Orders(daemon, observer, registers, configuration, logger)
        opening = LedgerOpening(configuration, logger: logger)
        lateSums = LateSums(daemon, configuration, logger, save: observer.save)
    }

    /// The sources of a configuration; those already at work under their names count on.
    ///
    /// - Parameters:
    ///   - configuration: names the sources.
    ///   - memory: the counters of earlier runs, for names that are not at work.
    ///   - registers: the registers of meters that have none of their own.
    ///   - meterClock: set by a source whose meter tells the time.
    ///   - logger: the program's logger.
    ///   - earlier: the sources at work until now; none at the start.
    /// - Returns: the sources in the order of the file, not yet started.
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
        defer { observer.saveAtEnd() }
        daemon.tellAlignments(from: registers)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await status?.answer { board.report } }
            group.addTask { await control?.obey(orders.obey) }
            group.addTask { await manager?.reassure { daemon.isAlive } }
            group.addTask { await observer.run() }
            group.addTask { await notifier.run() }
            group.addTask { await lateSums.run() }
            group.addTask { await page.run() }
            group.addTask { await letters.run() }
            group.addTask { await mirrors.run() }
            group.addTask { await register.run() }
            group.addTask { await name.run() }
            group.addTask { await openLedger() }
            group.addTask { await UnusedMemory.giveBack() }
            manager?.say("READY=1")
            try await daemon.run(until: stop) {
                observer.saveAtEnd()
                Glibc.exit(0)
            }
            group.cancelAll()
        }
    }

    /// Brings the ledger up to date; the note that the database has better sums is dropped only once it was read.
    private func openLedger() async {
        let isRead = await opening.open(daemon.intake, memory.ledger, isOutdated: memory.isOutdated) {
            daemon.hasStoredAll
        }
        if isRead { memory.ledgerIsGood() }
    }

    /// Folders of the spools in use.
    var spools: [String] { observer.spools }

    /// Changes to another configuration; what stayed the same is left alone.
    ///
    /// Another folder for the state is used from the next start on, since sockets and counters are open in it.
    func change(to configuration: Configuration) {
        observer.change(to: configuration)
        notifier.change(to: configuration.energy)
        orders.change(to: configuration)
        lateSums.change(to: configuration)
        house.change(to: configuration)
        letters.change(to: configuration)
        page.change(to: configuration.page)
        mirrors.change(to: configuration)
        register.change(to: configuration)
        name.change(to: configuration)
        registers.longestWait = configuration.longestWait
        daemon.intake.changeLedger(to: configuration.energy.ledger, sources: configuration.sources.map(\.name))
        daemon.change(
            sources: Self.sources(configuration, memory, registers, meterClock, logger, earlier: daemon.sources),
            outputs: configuration.outputs.map { $0.planned(audience: audience, logger: logger) }
        )
        if configuration.state != observer.folder {
            logger.warning("Another folder for the state is used from the next start on")
        }
    }
}
