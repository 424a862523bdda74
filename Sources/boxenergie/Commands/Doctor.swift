import ArgumentParser
import Glibc
import MeterNotation

/// `doctor`: examines the whole box and gives advice.
struct Doctor: AsyncParsableCommand {
    /// Abstract, discussion, examples and exit codes.
    static let configuration = CommandConfiguration(
        abstract: said("Looks at the whole box and says in plain words what is wrong and what to do."),
        discussion: prose(
            """
            It looks at the configuration, services, meters, database, Grafana, clock, SD card, power and backup. It
            changes nothing, and takes 20 s at most. With sudo it sees everything; without, it says what it could not see.

            EXAMPLES:
              sudo boxenergie doctor
              boxenergie doctor --format json | jq '.findings[] | select(.grade == "wrong")'

            EXIT CODES: 0 all is well, though there may be notes; 1 something is wrong; 64 wrong arguments;
            78 bad configuration.
            """
        )
    )

    /// The configuration, which may have mistakes.
    @OptionGroup var options: ConfigOption

    /// Form of the report.
    @OptionGroup var output: FormatOption

    /// Examines and prints; colours only on a terminal.
    ///
    /// - Throws: an `ExitCode` of 78 for a bad configuration, else of 1 when something is wrong.
    func run() async throws {
        let patient = Patient(options.config)
        let report = ExaminationReport(await Examination().run(on: patient))
        switch output.format {
        case .json: print(try report.json())
        // Its colours are ours, and the words in it harmless.
        case .text: Swift.print(report.text(isColored: isatty(STDOUT_FILENO) == 1))
        }
        if patient.configuration == nil { throw ExitCode(78) }
        if report.wrong > 0 { throw ExitCode(1) }
    }
}
