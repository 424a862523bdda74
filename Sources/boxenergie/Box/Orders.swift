import Logging
import MeterCore
import Synchronization

/// What the running daemon does when it is told through its control socket.
final class Orders: Sendable {
    private let daemon: Daemon
    private let observer: BoxObserver
    private let registers: SourceMemory
    private let configuration: Mutex<Configuration>
    private let logger: Logger

    init(
        _ daemon: Daemon,
        _ observer: BoxObserver,
        _ registers: SourceMemory,
        _ configuration: Configuration,
        _ logger: Logger
    ) {
        self.daemon = daemon
        self.observer = observer
        self.registers = registers
        self.configuration = Mutex(configuration)
        self.logger = logger
    }

    /// Goes on with another configuration.
    func change(to configuration: Configuration) { self.configuration.withLock { $0 = configuration } }

    /// Does what an order says.
    ///
    /// - Returns: `ok …` or `failed …`.
    @Sendable func obey(_ words: [Substring]) async -> String {
        switch words.prefix(2) {
        case ["pulse", "set"]: align(words)
        case ["ledger", "reopen"]: await reopenLedger()
        default: "failed this boxenergie does not know that order; is it of another version?"
        }
    }

    /// What the display of a meter shows is `words[3]`.
    private func align(_ words: [Substring]) -> String {
        guard words.count == 4, let value = Double(String(words[3])), value.isFinite else {
            return "failed this boxenergie does not know that order; is it of another version?"
        }
        let name = String(words[2])
        guard let running = daemon.sources.first(where: { $0.name == name }), let source = running.source.alignable
        else {
            return "failed the running boxenergie has no pulse meter \"\(name)\"; make it read its configuration again"
        }
        do {
            let before = try source.align(to: value, name: name, memory: registers)
            let alignment = Alignment(time: .now(), before: before, after: value)
            daemon.intake.append(alignment.event(of: name, in: source.unit, tags: running.context.tags))
            return "ok \(before)"
        } catch {
            return "failed \(error); nothing was changed"
        }
    }

    /// The sums in the database are newer than ours.
    private func reopenLedger() async -> String {
        do {
            let opening = LedgerOpening(configuration.withLock { $0 }, logger: logger)
            try await opening.reopen(daemon.intake)
            observer.save()
            return "ok"
        } catch {
            return "failed \(error)"
        }
    }
}
