import ArgumentParser
import Glibc

/// `doctor`: looks at everything and says what to do.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at the whole box and says in plain words what is wrong and what to do.",
        discussion: """
            It looks at the configuration, services, meters, database, Grafana, clock, SD card, power and backup. It
            changes nothing, and takes 20 s at most. With sudo it sees everything; without, it says what it could not see.

            EXAMPLES:
              sudo boxenergie doctor
              boxenergie doctor --json | jq '.findings[] | select(.grade == "wrong")'

            EXIT CODES: 0 all is well, though there may be notes; 1 something is wrong; 64 wrong arguments;
            78 bad configuration.
            """
    )

    @OptionGroup var options: ConfigOption

    @Flag(help: "Print everything as JSON, for programs.")
    var json = false

    func run() async throws {
        let patient = Patient(options.config)
        let report = ExaminationReport(await Examination().run(on: patient))
        print(json ? try report.json() : report.text(isColored: isatty(STDOUT_FILENO) == 1))
        if patient.configuration == nil { throw ExitCode(78) }
        if report.wrong > 0 { throw ExitCode(1) }
    }
}
