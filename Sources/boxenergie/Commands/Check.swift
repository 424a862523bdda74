import ArgumentParser
import MeterCore
import MeterNotation

/// `check`: prints every problem of the configuration.
struct Check: ParsableCommand {
    /// Abstract, discussion and example.
    static let configuration = CommandConfiguration(
        abstract: said("Checks the configuration and touches no device."),
        discussion: prose(
            """
            Prints every problem as file:line:column: message, and exits with 78 when there is an error.

            EXAMPLE: boxenergie check my.toml
            """
        )
    )

    /// Path of the configuration, for short.
    @Argument(help: .said("The configuration, as with --config."))
    var path: String?

    /// The same, as every other command takes it.
    @OptionGroup var options: ConfigOption

    /// The configuration to check.
    private var file: String { path ?? options.config }

    /// Reads the file and prints all its problems.
    ///
    /// - Throws: a `CommandError` with code 78 when it cannot be read, an `ExitCode` of 78 when there is an error;
    ///   warnings alone are none.
    func run() throws {
        let document: ConfigDocument
        do throws(ConfigFileError) {
            document = try ConfigDocument.read(file: file)
        } catch {
            throw CommandError("\(error)", exitCode: 78)
        }
        let configuration = Configuration(document)
        for diagnostic in configuration.diagnostics.all { print("\(diagnostic)") }
        let errors = configuration.diagnostics.errors.count
        guard errors == 0 else {
            print(
                errors == 1
                    ? said("\(file) cannot be used: 1 mistake") : said("\(file) cannot be used: \(errors) mistakes")
            )
            throw ExitCode(78)
        }
        let count = configuration.sources.count
        guard count > 0 else {
            return print(said("\(file) names no meter yet: write a [source.NAME] there; boxenergie sources shows how"))
        }
        print(count == 1 ? said("\(file) can be used: 1 source") : said("\(file) can be used: \(count) sources"))
    }
}
