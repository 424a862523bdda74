import ArgumentParser
import MeterCore

/// `check`: prints every problem of the configuration.
struct Check: ParsableCommand {
    /// Abstract, discussion and example.
    static let configuration = CommandConfiguration(
        abstract: "Checks the configuration and touches no device.",
        discussion: """
            Prints every problem as file:line:column: message, and exits with 78 when there is an error.

            EXAMPLE: boxenergie check my.toml
            """
    )

    /// Path of the configuration.
    @Argument(help: "The configuration.")
    var file = "/etc/boxenergie/boxenergie.toml"

    /// Reads the file and prints all its problems.
    ///
    /// - Throws: a `CommandError` with code 78 when there is an error; warnings alone are none.
    func run() throws {
        let document: ConfigDocument
        do throws(ConfigFileError) {
            document = try ConfigDocument.read(file: file)
        } catch {
            throw CommandError("\(error)", exitCode: 78)
        }
        let configuration = Configuration(document)
        for diagnostic in configuration.diagnostics.all { print("\(diagnostic)") }
        guard !configuration.diagnostics.hasErrors else {
            throw CommandError("\(file): \(configuration.diagnostics.errors.count) problem(s)", exitCode: 78)
        }
        let count = configuration.sources.count
        print("\(file): right, \(count) source\(count == 1 ? "" : "s")")
    }
}
