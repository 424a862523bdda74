import ArgumentParser
import Glibc
import Logging
import MeterCore
import MeterIO
import MeterNotation
import Synchronization

/// `read`: shows the readings of one meter, live.
///
/// It only looks: nothing is sent to an output, and a pulse meter's total is not changed.
struct Read: AsyncParsableCommand {
    /// Abstract and examples.
    static let configuration = CommandConfiguration(
        abstract: said("Reads one configured meter and shows what it says."),
        discussion: prose(
            """
            EXAMPLES:
              boxenergie read linky
              boxenergie read linky --seconds 5 --format influx
            """
        )
    )

    /// Forms of the output; a field a word pair for people, or line protocol.
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, influx }

    /// Name of the source.
    @Argument(help: .said("The name in [source.NAME]."))
    var name: String

    /// The configuration.
    @OptionGroup var options: ConfigOption

    /// Length of the reading, in seconds: 0.1 s to a year.
    @Option(help: .said("How long to read."))
    var seconds = 30.0

    /// Form of the output.
    @Option(help: .said("text for people, influx for line protocol."))
    var format = Format.text

    /// Refuses a length out of range.
    func validate() throws { try checkRange(seconds, 0.1...31_536_000, "--seconds") }

    /// Prints what the running box reads, since a meter has one reader.
    ///
    /// - Returns: false when no box runs that takes orders from this user.
    /// - Throws: a `CommandError` when it does not know the source, or it said nothing.
    private func listen(to configuration: Configuration) async throws -> Bool {
        let end = EventLoop.main.now + .seconds(seconds)
        var hasHeard = false
        repeat {
            guard let answer = ControlServer.ask(configuration, "read \(name) \(format.rawValue)") else {
                return hasHeard
            }
            guard answer.hasPrefix("ok") else {
                throw CommandError("\(answer.drop { $0 != " " }.dropFirst())", exitCode: 69)
            }
            let text = answer.dropFirst(3)
            if !text.isEmpty {
                hasHeard = true
                print(String(text))
            }
        } while EventLoop.main.now < end
        guard hasHeard else {
            throw CommandError(
                "the running boxenergie read nothing of \(name) in \(Int64(seconds.rounded(.up))) s\(trouble(configuration)); "
                    + "wait longer with --seconds, and see: boxenergie status",
                exitCode: 69
            )
        }
        return true
    }

    /// What the running box says of the meter's last trouble, behind a sentence; empty without one.
    private func trouble(_ configuration: Configuration) -> Phrase {
        guard let report = StatusServer.ask(configuration), let state = report.sources[name],
            let error = state.lastError, let time = state.lastErrorAt
        else { return "" }
        return "; its last trouble, \(inWords(seconds: max(0, report.time - time))) ago: \(error)"
    }

    /// Reads until the time is over and prints points as they come.
    ///
    /// - Throws: a `CommandError` with code 69 when the meter cannot be read, or said nothing.
    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let source = try configuration.source(name)
        guard try await !listen(to: configuration) else { return }
        let logger = makeLogger(.warning)
        let context = SourceContext(
            name: name,
            tags: configuration.tags,
            logger: logger,
            memory: SourceMemory(folder: configuration.state, logger: logger),
            isLooking: true
        )
        let printer = PointPrinter(format == .influx ? .influx : .text)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await source.run(into: printer, context: context) }
                group.addTask { try await EventLoop.main.sleep(for: .seconds(seconds)) }
                try await group.next()
                group.cancelAll()
            }
        } catch {
            // The running box has the line, and takes orders from its own user only.
            guard StatusServer.ask(configuration)?.sources[name] != nil else {
                throw CommandError("\(error)", exitCode: 69)
            }
            throw CommandError(
                "\(error); the running boxenergie tells with: sudo boxenergie read \(name)",
                exitCode: 69
            )
        }
        guard context.status.snapshot.reads > 0 else {
            throw CommandError(
                "\(context.status.snapshot.lastError ?? said("nothing was read in \(seconds) s"))",
                exitCode: 69
            )
        }
    }
}
