import Logging
import MeterCore
import MeterIO
import Synchronization

/// The orders that the running daemon obeys through its control socket.
final class Orders: Sendable {
    /// Has the sources.
    private let daemon: Daemon
    /// Saves after an order, so that the person who gave it need not fear a power cut.
    private let observer: BoxObserver
    /// Registers of meters that have none of their own.
    private let registers: SourceMemory
    /// The configuration in force.
    private let configuration: Mutex<Configuration>
    private let logger: Logger
    /// Lets one reopening of the ledger be under way.
    private let reopenings = Turns()

    /// Joins the parts; nothing is obeyed yet.
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

    /// Uses another configuration from the next order on.
    func change(to configuration: Configuration) { self.configuration.withLock { $0 = configuration } }

    /// Obeys an order.
    ///
    /// - Returns: `ok`, with a value where there is one, or `failed` and a sentence for the person who gave the order.
    @Sendable func obey(_ words: [Substring]) async -> String {
        switch words.prefix(2) {
        case ["pulse", "set"]: align(words)
        case ["ledger", "reopen"]: await reopenLedger()
        case ["read", words.dropFirst().first ?? ""]: await read(words)
        default: "failed this boxenergie does not know that order; is it of another version?"
        }
    }

    /// Aligns a meter: `pulse set NAME VALUE`.
    ///
    /// The value is that of the display, in kWh or m³, with a decimal point. The answer has the total before.
    private func align(_ words: [Substring]) -> String {
        guard words.count == 4, let value = Double(String(words[3])) else {
            return "failed this boxenergie does not know that order; is it of another version?"
        }
        guard Alignment.display.contains(value) else {
            return "failed \"\(value)\" is not what a display shows: a number from 0 to 1000000000"
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

    /// Tells the readings of a source since this was asked last: `read NAME text` or `read NAME influx`.
    ///
    /// The answer comes with the first reading, or empty after a second.
    private func read(_ words: [Substring]) async -> String {
        let name = String(words[1])
        guard words.count == 3, let format = PointText(rawValue: String(words[2])) else {
            return "failed this boxenergie does not know that order; is it of another version?"
        }
        guard daemon.sources.contains(where: { $0.name == name }) else {
            return "failed the running boxenergie has no source \"\(name)\"; make it read its configuration again"
        }
        var points = daemon.intake.listening.take(name)
        if points.isEmpty {
            try? await EventLoop.main.sleep(for: .seconds(1))
            points = daemon.intake.listening.take(name)
        }
        var answer = "ok"
        for point in points {
            let text = "\n" + format.text(of: point)
            guard answer.utf8.count + text.utf8.count <= ControlServer.longest else { break }
            answer += text
        }
        return answer
    }

    /// Makes the ledger anew from the database, whose sums are newer: `ledger reopen`.
    ///
    /// The client waits for the answer until that is done.
    private func reopenLedger() async -> String {
        do {
            try await reopenings.take()
            defer { reopenings.end() }
            let opening = LedgerOpening(configuration.withLock { $0 }, logger: logger)
            try await opening.reopen(daemon.intake)
            observer.save()
            return "ok"
        } catch {
            return "failed \(error)"
        }
    }
}
