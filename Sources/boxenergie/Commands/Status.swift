import ArgumentParser
import FoundationEssentials
import MeterCore
import MeterNotation

/// `status`: shows the condition of the running daemon.
///
/// It asks the daemon and looks at nothing itself; `doctor` does.
struct Status: ParsableCommand {
    /// Abstract and example.
    static let configuration = CommandConfiguration(
        abstract: said("Shows how the running boxenergie does, on one screen."),
        discussion: prose("EXAMPLE: boxenergie status --format json")
    )

    /// The configuration, for the daemon's socket.
    @OptionGroup var options: ConfigOption

    /// Form of the report.
    @OptionGroup var output: FormatOption

    /// Asks and prints.
    ///
    /// - Throws: a `CommandError` with code 69 when no daemon answers.
    func run() throws {
        let configuration = try Configuration.load(options.config)
        guard let report = StatusServer.ask(configuration) else {
            throw CommandError(
                "no running boxenergie answers at \(StatusServer.path(configuration)); is it started (boxenergie run), and is this its configuration?",
                exitCode: 69
            )
        }
        switch output.format {
        case .json: print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
        case .text: for line in StatusScreen(report).lines { print(onOneLine(line)) }
        }
    }
}
