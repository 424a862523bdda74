import ArgumentParser
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation
import SupplierFiles

/// `export`: days, months, quarters and registers for a spreadsheet, and the comparison with a supplier's files.
struct Export: AsyncParsableCommand {
    /// The forms of the output.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        case excel, csv, lines
    }

    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        abstract: said("Gives days, months, quarters or registers to a spreadsheet, or compares them with Enedis."),
        discussion: prose(
            """
            excel is a file that a French Excel opens by a double click (semicolons, decimal commas, dd/mm/yyyy), csv has
            commas and points, lines is InfluxDB's line protocol. Without --to-file it goes to standard output.

            --compare reads files as `boxenergie import` does, and sets the days of the box beside them; the exit code is
            0 when all days are equal, 1 when some differ. A difference of up to 20 Wh a day is normal: Enedis reads the
            register at midnight, the box some seconds later.

            EXAMPLES:
              boxenergie export days --from 2026-01-01 --to-file 2026.csv
              boxenergie export quarters --from 2026-11-01 --to 2026-11-30 --format csv
              boxenergie export --compare Enedis_Conso_Jour_2026.csv
            """
        )
    )

    @Argument(help: .said("quarters, days, months or registers."))
    var rows = ExportTable.Rows.days

    @OptionGroup var options: ConfigOption

    @Option(help: .said("The first day, for example 2026-02-01; the first of this year by default."))
    var from: String?

    @Option(help: .said("The last day; today by default."))
    var to: String?

    @Option(help: .said("excel, csv or lines."))
    var format = Form.excel

    @Option(help: .said("The file to write; one that is there is not replaced."), completion: .file())
    var toFile: String?

    @Option(
        parsing: .upToNextOption,
        help: .said("Files of Enedis or a supplier to compare with."),
        completion: .file()
    )
    var compare: [String] = []

    @OptionGroup var asked: DeliveryPointOption

    @Option(help: .said("The output, when not [influx]: the name in [output.NAME]."))
    var output = "influx"

    func validate() throws {
        try AskedDays.check(from, to)
    }

    /// Prints or writes the table, or the comparison.
    ///
    /// - Throws: a `CommandError`: code 1 for days that differ or a file that is there, 65 and 66 for files to compare, 69
    ///   for a server that does not answer, 78 for a password that cannot be read.
    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let ledger = configuration.energy.ledger
        try await askingInflux {
            let client = try InfluxClient(try configuration.server(output).settings)
            let history = HouseHistory(client, site: ledger.site)
            if compare.isEmpty {
                try write(await table(history, ledger))
            } else {
                try await tellDifferences(history, ledger.calendar)
            }
        }
    }

    // MARK: - Tables

    private func span(_ calendar: LocalCalendar) throws -> Range<Int64> {
        let now = BoxTime.shared.now.seconds
        let today = calendar.date(now)
        let first = from.flatMap { LocalDate($0) } ?? LocalDate(year: today.year, month: 1, day: 1)
        let last = to.flatMap { LocalDate($0) } ?? today
        return try AskedDays.span(first, last, calendar)
    }

    /// The text of the table, read month by month; `write` gives lines the tag of the box where an output has it.
    private func table(_ history: HouseHistory, _ ledger: Ledger.Settings) async throws -> String {
        let calendar = ledger.calendar
        let span = try span(calendar)
        var table = ExportTable(rows, format == .csv ? .international : .french, calendar)
        var lines = LineProtocolEncoder(precision: .seconds)
        let series = Series(rows.kind, tags: ledger.tags)
        var bar = ProgressBar("export")
        for month in calendar.months(of: span) {
            if rows == .registers {
                for day in try await history.registers(month, calendar) {
                    if format == .lines {
                        let series = Series(rows.kind, tags: ledger.tags + [("register", day.register)])
                        let values: KeyValuePairs<Field, FieldValue?> = [
                            .wh: .float(day.wattHours), .eur: day.euros.map { .float($0) },
                            .estimated: day.isEstimated ? .boolean(true) : nil,
                        ]
                        lines.append(Point(series, at: Timestamp(seconds: day.start), row: values))
                    } else {
                        table.add(day.start, register: day.register, day.wattHours, day.euros)
                    }
                }
            } else {
                for row in try await history.energies(of: rows.kind, month) {
                    if format == .lines {
                        lines.append(Point(series, at: row.start, sums: row.sums, marks: row.marks))
                    } else {
                        table.add(row)
                    }
                }
            }
            bar.show(
                Double(month.upperBound - span.lowerBound) / Double(span.upperBound - span.lowerBound),
                "\(calendar.date(month.lowerBound))"
            )
        }
        bar.finish()
        return format == .lines ? lines.withBytes { String(decoding: $0, as: UTF8.self) } : table.text
    }

    private func write(_ text: String) throws {
        guard let toFile else { return print(text, terminator: "") }
        // A new one, or none: somebody's work may be in the one that is there.
        guard !DiskFile.isThere(toFile) else {
            throw CommandError("\(toFile) is there already; give another name, or remove it first")
        }
        let file = try OpenFile(ofOwner: toFile, [.writing, .creatingAnew], mode: 0o644)
        try file.write(Array(text.utf8))
        print(said("written to \(toFile)"))
    }

    // MARK: - Comparison

    private func tellDifferences(_ history: HouseHistory, _ calendar: LocalCalendar) async throws {
        let files = try compare.enumerated().flatMap { place, path in
            let reader = SupplierReader(calendar, meter: asked.meter)
            return try ImportReport.read(path, number: place + 1, reader, calendar)
        }
        let joined = JoinedFiles(files, calendar)
        guard let span = ImportPlan.span(of: joined, calendar) else {
            throw CommandError("there is nothing to compare in these files", exitCode: 65)
        }
        let box = Dictionary(
            try await history.energies(of: .dayEnergy, span).compactMap { day in
                day.sums[.importWh].map { (calendar.date(day.start), $0) }
            }
        ) { $1 }
        let comparison = Comparison(box, joined, calendar)
        ComparisonReport.tell(comparison, calendar)
        guard comparison.hasCommonDays else {
            throw CommandError("there is no day that both the box and these files know", exitCode: 65)
        }
        guard comparison.isEqual else { throw ExitCode(1) }
    }
}

extension ExportTable.Rows: ExpressibleByArgument {}
