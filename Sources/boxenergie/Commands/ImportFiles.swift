import ArgumentParser
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation
import SupplierFiles

/// `import`: the years before the box, from the files that Enedis and suppliers let a customer download.
struct ImportFiles: AsyncParsableCommand {
    /// Name, abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: said("Takes the years before the box from files of Enedis or your supplier."),
        discussion: prose(
            """
            Known are: load curves and daily registers of your Enedis account (CSV, xlsx), R63 and R64 (CSV, JSON),
            the archive of EDF (30 minutes, registers, days), the days of Octopus, Conso Downloader, and curves copied
            from these. A file is known by its content, not by its name; several may be given at once, and an archive
            need not be unpacked. Of TotalEnergies, Strasbourg, Mint, panels and Home Assistant it says what to take
            instead.

            What the box measured itself is never written over, and the same files twice change nothing. Quarters of an
            hour from files are marked (imported), shares of half hours too (estimated), and what is in doubt (doubtful).
            Euros need a [tariff] of that time; with off-peak hours, Tempo or EJP they need the daily registers, or
            off_peak there, Tempo's colours in [tempo.NAME], the days of EJP in [ejp.NAME], since no curve tells which
            hours counted.
            Of a week from Enedis' site the last half hour is missing: let the files overlap by a day.

            EXAMPLES:
              boxenergie import --dry-run Enedis_Conso_Heure_2024.csv
              sudo boxenergie import courbe.csv index.csv
              sudo boxenergie import mes-donnees-edf.zip
            """
        )
    )

    @Argument(help: .said("Files, in any order; of two that say the same the later one counts."), completion: .file())
    var files: [String]

    /// The configuration, for the prices, the place and the server.
    @OptionGroup var options: ConfigOption

    @Flag(help: .said("Show what would be written, month by month, and write nothing."))
    var dryRun = false

    @OptionGroup var asked: DeliveryPointOption

    @Flag(help: .said("Take files of another delivery point than the box's, as after a move."))
    var otherMeter = false

    @Option(help: .said("The output, when not [influx]: the name in [output.NAME]."))
    var output = "influx"

    /// Reads the files, shows what they hold, and writes it.
    ///
    /// - Throws: a `CommandError`: code 65 for a file that is none of the known ones, 66 for one that cannot be read, 69
    ///   for a server that does not answer, 78 for a password that cannot be read, 1 for another meter's files.
    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let settings = configuration.energy.ledger
        let read = try files.enumerated().flatMap { place, path in
            let reader = SupplierReader(settings.calendar, meter: asked.meter)
            return try ImportReport.read(path, number: place + 1, reader, settings.calendar)
        }
        try await askingInflux {
            let client = try InfluxClient(try configuration.server(output).settings)
            let history = LedgerHistory(client, site: settings.site)
            let place = try await history.place()
            try refuseStrangers(read, place.meter)
            let plausible = PlausibleCurve(subscribedKVA: place.subscribedKVA)
            var joined = JoinedFiles(read.map(plausible.marked), settings.calendar)
            guard let span = ImportPlan.span(of: joined, settings.calendar) else {
                throw CommandError("there is nothing to import in these files", exitCode: 65)
            }
            let measured = try await measured(
                span,
                history,
                HouseHistory(client, site: settings.site),
                settings.calendar
            )
            joined.add(totals: measured.totals(settings.calendar), settings.calendar)
            if let factor = joined.factor {
                throw CommandError(
                    "the curve has \(factor < 1 ? "1/\(Int(1 / factor))" : "\(Int(factor))") times what the registers of its days "
                        + "say: a program took mean power for energy; nothing was written",
                    exitCode: 65
                )
            }
            joined.fillHoles(besides: measured.directions, settings.calendar)
            let house = ImportPlan.House(
                hasOnlyGrid: hasOnlyGrid(settings, joined),
                isStandard: place.mode == "standard"
            )
            let plan = ImportPlan(joined, over: measured, settings, house)
            ImportReport.tell(plan, joined, farAbove: plausible.count(in: read))
            guard !dryRun else { return print(said("nothing was written")) }
            try await write(plan, try configuration.output(output))
            if output == "influx" { try handOverBooks(configuration) }
        }
    }

    /// What the box has of a span, and of the days of its months.
    private func measured(
        _ span: Range<Int64>,
        _ history: LedgerHistory,
        _ house: HouseHistory,
        _ calendar: LocalCalendar
    ) async throws -> MeasuredQuarters {
        let months = calendar.startOfMonth(span.lowerBound)..<calendar.startOfNextMonth(span.upperBound - 1)
        let days = try await house.energies(of: .dayEnergy, months).map { ($0.start, $0.sums) }
        var registers: [HouseHistory.RegisterDay] = []
        for month in calendar.months(of: span) { registers += try await house.registers(month, calendar) }
        return MeasuredQuarters(
            energies: try await history.measuredQuarters(span),
            days: Dictionary(days) { $1 },
            registers: StoredRegisters(registers, names: try await house.registerNames())
        )
    }

    /// Refuses files of another delivery point than the one that the box's meter told.
    private func refuseStrangers(_ files: [SupplierFile], _ own: String?) throws {
        guard !otherMeter else { return }
        var known = own.map { $0.suffix(4) }
        for meter in files.compactMap(\.meter) {
            guard let first = known else {
                known = meter.suffix(4)
                continue
            }
            guard meter.hasSuffix(first) else {
                let whose = own == nil ? said("another file's") : said("the box's")
                throw CommandError(
                    "a file is of the delivery point …\(meter.suffix(4)), and \(whose) is …\(first); with --other-meter "
                        + "it is taken all the same",
                    exitCode: 1
                )
            }
        }
    }

    /// True for a house that never had anything but the grid: then it used what it drew.
    private func hasOnlyGrid(_ settings: Ledger.Settings, _ joined: JoinedFiles) -> Bool {
        settings.production.sources.isEmpty && settings.production.isComplete && settings.storage.batteries.isEmpty
            && settings.storage.hybrids.isEmpty && joined.quarters[.export] == nil && joined.days[.export] == nil
    }

    private func write(_ plan: ImportPlan, _ output: ConfiguredOutput) async throws {
        let writing = try await Writing.to(output) { writing in
            var bar = ProgressBar("import")
            defer { bar.finish() }
            for (place, day) in plan.days.enumerated() {
                bar.show(Double(place) / Double(plan.days.count), "\(day.date)")
                try await writing.append(plan.points(of: day))
            }
            try await writing.append(plan.monthPoints() + plan.namePoints())
        }
        print(said("\(writing.uploader.counts.accepted) points written"))
    }
}
