import ArgumentParser
import Glibc
import Logging
import MeterCore
import MeterIO
import Synchronization

/// `read`: one meter, live.
struct Read: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reads one configured meter and shows what it says.",
        discussion: """
            EXAMPLES:
              boxenergie read linky
              boxenergie read linky --seconds 5 --format influx
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, influx }

    @Argument(help: "The name in [source.NAME].")
    var name: String

    @OptionGroup var options: ConfigOption

    @Option(help: "How long to read.")
    var seconds = 30.0

    @Option(help: "text for people, influx for line protocol.")
    var format = Format.text

    func validate() throws { try checkRange(seconds, 0.1...31_536_000, "--seconds") }

    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let source = try configuration.source(name)
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
            throw CommandError("\(error)", exitCode: 69)
        }
        guard context.status.snapshot.reads > 0 else {
            throw CommandError(context.status.snapshot.lastError ?? "nothing was read in \(seconds) s", exitCode: 69)
        }
    }
}
