import ArgumentParser
import HousePage
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation

/// `letter`: a month of the house in a few sentences.
struct Letter: AsyncParsableCommand {
    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        abstract: said("Prints a month of the house in a few sentences, in French."),
        discussion: prose(
            """
            kWh, euros, the months to compare with, the largest power, what was not measured; of the month that runs what it
            will come to. On the 2nd of each month the box sends it by [notify] (kind letter) and keeps it among the events;
            the page of the house has it under Energy.

            EXAMPLES:
              boxenergie letter
              boxenergie letter --month 2026-10
            """
        )
    )

    @OptionGroup var options: ConfigOption

    @Option(help: .said("The month, for example 2026-10; the last one that is over by default."))
    var month: String?

    @Option(help: .said("The output, when not [influx]: the name in [output.NAME]."))
    var output = "influx"

    private var asked: LocalDate? { month.flatMap { LocalDate($0 + "-01") } }

    func validate() throws {
        if let month, asked == nil {
            throw ValidationError(said("expected a month such as 2026-10, found \"\(month)\""))
        }
    }

    /// Prints it.
    ///
    /// - Throws: a `CommandError`: code 1 for a month of which nothing is known, 69 for a server that does not answer, 78
    ///   for a password that cannot be read.
    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let ledger = configuration.energy.ledger
        let now = BoxTime.shared.now.seconds
        let month = asked ?? ledger.calendar.date(now).firstOfMonth(plus: -1)
        try await askingInflux {
            let client = try InfluxClient(try configuration.server(output).settings)
            let history = HouseHistory(client, site: ledger.site)
            let letter = MonthlyLetter(
                try await LetterFacts.find(month, in: history, ledger.calendar, now: now),
                now: now
            )
            guard !letter.isEmpty else { throw CommandError("nothing is known of that month", exitCode: 1) }
            print(([letter.title, ""] + letter.lines).joined(separator: "\n"))
        }
    }
}
