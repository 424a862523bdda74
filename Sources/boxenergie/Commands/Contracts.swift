import ArgumentParser
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation

/// `contracts`: what the house would have cost by other contracts.
struct Contracts: AsyncParsableCommand {
    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        abstract: said("Compares contracts: what would Base, off-peak hours or Tempo have cost?"),
        discussion: prose(
            """
            The quarters of an hour in the database are priced by each contract of a file of offers, by default the
            regulated prices (Tarif Bleu). Off-peak hours are those of off_peak in your [tariff], or what your meter's
            registers counted where your contract is the same; Tempo's colours are those of [tempo.NAME]. What cannot be
            priced is said and not guessed: a contract with a day without a price has no sum.

            EXAMPLES:
              boxenergie contracts
              boxenergie contracts --from 2025-12-01 --to 2026-11-30 --of-today
              boxenergie contracts --offers my-offers.toml
            """
        )
    )

    @OptionGroup var options: ConfigOption

    @Option(help: .said("The first day, for example 2026-02-01; twelve months ago by default."))
    var from: String?

    @Option(help: .said("The last day; yesterday by default."))
    var to: String?

    @Option(help: .said("The file of offers."), completion: .file())
    var offers = "/usr/share/boxenergie/examples/tarif-bleu.toml"

    @Flag(help: .said("Count all days at the newest prices of each contract."))
    var ofToday = false

    @Option(help: .said("The output, when not [influx]: the name in [output.NAME]."))
    var output = "influx"

    func validate() throws {
        try AskedDays.check(from, to)
    }

    /// Prints a line for each contract, the cheapest first.
    ///
    /// - Throws: a `CommandError`: code 1 where nothing is known of these days, 69 for a server that does not answer, 78
    ///   for offers or a password that cannot be read.
    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let ledger = configuration.energy.ledger
        let offers = try readOffers()
        let span = try span(ledger.calendar)
        try await askingInflux {
            let client = try InfluxClient(try configuration.server(output).settings)
            let history = HouseHistory(client, site: ledger.site)
            let kva = try await LedgerHistory(client, site: ledger.site).place().subscribedKVA
            var comparison = ContractComparison(offers, of: kva, ledger, isOfToday: ofToday)
            var bar = ProgressBar("contracts")
            for month in ledger.calendar.months(of: span) {
                let share = Double(month.lowerBound - span.lowerBound) / Double(span.upperBound - span.lowerBound)
                bar.show(share, "\(ledger.calendar.date(month.lowerBound))")
                comparison.add(
                    days: try await history.energies(of: .dayEnergy, month),
                    quarters: try await history.energies(of: .quarterEnergy, month),
                    registers: try await history.registers(month, ledger.calendar)
                )
            }
            bar.finish()
            guard comparison.days > 0 else { throw CommandError("nothing is known of these days", exitCode: 1) }
            comparison.tell()
        }
    }

    private func span(_ calendar: LocalCalendar) throws -> Range<Int64> {
        let today = calendar.date(BoxTime.shared.now.seconds)
        let last = to.flatMap { LocalDate($0) } ?? LocalDate(dayNumber: today.dayNumber - 1)
        var yearAgo = LocalDate(year: last.year - 1, month: last.month, day: last.day)
        if !yearAgo.exists { yearAgo.day -= 1 }
        let first = from.flatMap { LocalDate($0) } ?? LocalDate(dayNumber: yearAgo.dayNumber + 1)
        return try AskedDays.span(first, last, calendar)
    }

    private func readOffers() throws -> [Offer] {
        let document: ConfigDocument
        do throws(ConfigFileError) {
            document = try ConfigDocument.read(file: offers)
        } catch {
            throw CommandError(
                error.isMissing
                    ? "there is no file of offers at \(offers); --offers FILE takes another one" : "\(error)",
                exitCode: 78
            )
        }
        let found = Offer.read(document.root)
        document.root.finish()
        if let mistake = document.diagnostics.errors.first { throw CommandError("\(mistake)", exitCode: 78) }
        guard !found.isEmpty else { throw CommandError("\(offers) has no [offer.NAME]", exitCode: 78) }
        return found
    }
}
