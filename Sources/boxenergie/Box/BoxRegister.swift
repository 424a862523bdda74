import Logging
import MeterCore
import MeterIO
import Synchronization

/// Keeps the register that can be checked, where `[register]` is configured: at the end of each quarter it adds the
/// registers of the meters, and shows the new records to all outputs.
///
/// Without it in the configuration it costs nothing.
final class BoxRegister: Sendable {
    /// The register's file and key, and what waits for the disk.
    private struct State {
        var book: RegisterBook?
        /// Quarters that the disk did not take yet, the oldest first.
        var waiting: [(end: Int64, stands: [MeterStand])] = []
        var alarm = Alarm()
    }

    /// The seconds after a quarter for which its last readings may be under way.
    private static let patience: Int64 = 20
    /// The quarters that wait for a disk at most: a week.
    private static let room = 672

    private let intake: Intake
    private let identity: BoxIdentity
    private let state: String
    private let logger: Logger
    /// The thread for the disk: a card that thinks keeps nobody waiting.
    private let disk = DiskThread(name: "register")
    private let books = Mutex(State())
    private let wishes: AsyncStream<Configuration>
    private let wish: AsyncStream<Configuration>.Continuation
    private let tags: Mutex<[(String, String)]>
    /// Tells people of an event.
    private let tell: @Sendable ([EnergyEvent]) -> Void

    /// Makes the register of a configuration; nothing is opened before `run`.
    init(
        _ configuration: Configuration,
        _ identity: BoxIdentity,
        _ intake: Intake,
        logger: Logger,
        tell: @escaping @Sendable ([EnergyEvent]) -> Void
    ) {
        (self.intake, self.identity, self.logger, self.tell) = (intake, identity, logger, tell)
        state = configuration.state
        tags = Mutex(configuration.tags)
        (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        change(to: configuration)
    }

    /// Goes on, begins or ends by another configuration.
    func change(to configuration: Configuration) {
        tags.withLock { $0 = configuration.tags }
        intake.keepRegisters(configuration.hasRegister)
        wish.yield(configuration)
    }

    /// Works until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.tellOfIdentity() }
            var work: Cancellable?
            for await configuration in wishes {
                if configuration.hasRegister, work == nil {
                    let keeping = Cancellable { await self.keep() }
                    work = keeping
                    group.addTask { await keeping.run() }
                } else if !configuration.hasRegister {
                    work?.cancel()
                    work = nil
                }
                if !configuration.hasRegister { BoxIdentity.forgetRestore(state) }
            }
        }
    }

    /// Tells that another machine may have the same identity, or that the box's own cannot be read.
    private func tellOfIdentity() async {
        guard identity.isCopied || identity.isLent, await intake.time.isKnown() else { return }
        if case .unsaved(let error) = identity.condition {
            logger.warning(
                "The identity of the box cannot be kept; until then it has one of its machine",
                metadata: ["box": "\(identity.word)", "error": "\(error)"]
            )
            tellEvent(.lentIdentity(identity.word, at: intake.time.now.seconds))
        } else {
            logger.warning(
                "The state comes from another machine; see boxenergie identity",
                metadata: ["box": "\(identity.word)"]
            )
            tellEvent(.copiedIdentity(identity.word, at: intake.time.now.seconds))
        }
    }

    /// Adds each quarter from now on.
    private func keep() async {
        guard await intake.time.isKnown() else { return }
        disk.enqueue { [self] in write() }
        var end = Quarter.end(after: intake.time.now.seconds)
        while true {
            let wait = end + Self.patience - intake.time.now.seconds
            let isEnding = (try? await EventLoop.main.sleep(for: .seconds(min(60, max(1, wait))))) == nil
            let now = intake.time.now.seconds
            guard !isEnding else {
                // After the start nobody knows any more how the registers stood: what is known now is written.
                guard (end..<end + Self.patience).contains(now) else { return }
                add(end)
                return disk.drain(within: .seconds(1))
            }
            // A clock that was set may show any quarter: only the one that has just ended is known.
            guard now >= end + Self.patience || now < end - Quarter.length else { continue }
            let last = Quarter.end(after: now - Self.patience) - Quarter.length
            end = last + Quarter.length
            add(last)
        }
    }

    /// Adds the quarter that ended at an instant, as far as its registers are known.
    private func add(_ end: Int64) {
        let stands = intake.registers(at: end)
        guard !stands.isEmpty else { return }
        books.withLock { books in
            if books.waiting.count >= Self.room { books.waiting.removeFirst() }
            books.waiting.append((end, stands))
        }
        guard disk.stuck() == nil else { return }
        disk.enqueue { [self] in write() }
    }

    /// Writes what waits, on the thread for the disk, and shows what was written.
    private func write() {
        do {
            var book = try books.withLock { $0.book } ?? open()
            while let next = books.withLock({ $0.waiting.first }) {
                let records = try book.append(next.stands, at: next.end, now: intake.time.now.seconds)
                books.withLock { books in
                    books.book = book
                    if books.waiting.first?.end == next.end { books.waiting.removeFirst() }
                }
                show(records)
                if records.first?.kind == .break { tellOfBreak(.clock) }
            }
            books.withLock { _ = $0.alarm.clear() }
        } catch {
            // What of it is on the disk is read again.
            books.withLock { $0.book = nil }
            guard let repeats = books.withLock({ $0.alarm.raise("\(error)") }) else { return }
            logger.warning("The register cannot be written; its quarters wait", reason: "\(error)", repeats: repeats)
        }
    }

    private func open() throws -> RegisterBook {
        let owner = RegisterBook.Owner(
            box: identity.word,
            machine: identity.machine,
            isRestored: DiskFile.isThere(BoxIdentity.restoreMark(state)),
            isLent: identity.isLent
        )
        let (book, opening) = try RegisterBook.open(RegisterFiles.folder(state), owner, at: intake.time.now.seconds)
        books.withLock { $0.book = book }
        BoxIdentity.forgetRestore(state)
        if opening.torn > 0 {
            logger.notice(
                "The register's last record was not finished before a power cut; it is cut off",
                metadata: ["bytes": "\(opening.torn)"]
            )
        }
        show(opening.newest)
        if let reason = opening.reason { tellOfBreak(reason) }
        logger.info("The register is open", metadata: ["box": "\(identity.word)", "key": "\(book.key)"])
        return book
    }

    /// Hands records to all outputs.
    private func show(_ records: [RegisterRecord]) {
        let tags = tags.withLock { $0 }
        for record in records { intake.append(record.point(tags: tags)) }
    }

    private func tellOfBreak(_ reason: RegisterHead.Reason) {
        logger.notice("The register goes on with a declared break", metadata: ["reason": "\(reason.rawValue)"])
        tellEvent(.registerBreak(reason, at: intake.time.now.seconds))
    }

    private func tellEvent(_ event: EnergyEvent) {
        intake.append(event.point(tags: tags.withLock { $0 }))
        tell([event])
    }
}

extension BoxTime {
    /// Waits until it is known what time it is.
    ///
    /// - Returns: false when the task is cancelled before.
    func isKnown() async -> Bool {
        while trust == .unknown {
            guard (try? await EventLoop.main.sleep(for: .seconds(1))) != nil else { return false }
        }
        return true
    }
}
