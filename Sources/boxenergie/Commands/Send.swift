import ArgumentParser
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation

/// `send`: gives an output what the box's own database has of some days.
struct Send: AsyncParsableCommand {
    /// The policies whose points are sums, events and facts: a few kilobytes a day.
    private static let sums: [RetentionPolicy] = [.m15, .day]

    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        abstract: said("Sends an output what the box's own database has of some days."),
        discussion: prose(
            """
            For an output that is new, that lost what it had, or that had points before they had the tag box. Quarters of an
            hour, days, months and events are sent, as far as only in [output.NAME] lets them pass; with --readings all
            readings besides, whatever only says. It may run while the box works and be repeated: what is there already
            stays as it is. What the output does not take now waits in its spool; beside a running box, which has the spool,
            the command ends with code 69, and is to be said again later.

            A box that was renamed has its days of before under its name of then: --site gives them, --all-sites all that
            the database has.

            Reading needs a user who may read; provision gives the one in [influx] that right.

            EXAMPLES:
              sudo boxenergie send --from 2026-01-01 --to-output central
              sudo boxenergie send --from 2026-11-28 --to 2026-11-29 --readings \\
                  --to-output central
              sudo boxenergie send --from 2026-01-01 --site maison --site gite \\
                  --to-output central
            """
        )
    )

    /// The configuration, for the database and the output.
    @OptionGroup var options: ConfigOption

    /// First day, `2026-02-01`.
    @Option(help: .said("The first day, for example 2026-02-01."))
    var from: String

    /// Last day, included; today by default.
    @Option(help: .said("The last day; today by default."))
    var to: String?

    /// Name of the output that gets them.
    @Option(help: .said("The output that gets them: the name in [output.NAME]."))
    var toOutput: String

    /// True to send all readings, too.
    @Flag(help: .said("Send all readings, too: some megabytes a day."))
    var readings = false

    /// Names of the box, of before it was renamed, too.
    @Option(help: .said("A site whose points are sent, in place of the present one; several times for several."))
    var site: [String] = []

    /// True for the points of all sites.
    @Flag(help: .said("Send the points of all sites that the database has: of a box that has it for itself."))
    var allSites = false

    /// Refuses what is no day, and the database itself, before anything is read.
    func validate() throws {
        try AskedDays.check(from, to)
        guard toOutput != "influx" else {
            throw ValidationError(said("--to-output needs the name of an [output.NAME]"))
        }
        guard site.isEmpty || !allSites else {
            throw ValidationError(said("--site and --all-sites exclude each other"))
        }
    }

    /// Reads piece by piece and sends it.
    ///
    /// - Throws: a `CommandError`: code 64 for an output that there is not, 69 for a database that does not answer, 78 for
    ///   a password that cannot be read, 1 when there is nothing, or a point is refused or lost; 69, too, when the output
    ///   takes nothing and a running box has its spool.
    func run() async throws {
        let configuration = try Configuration.load(options.config)
        var output = try configuration.output(toOutput)
        let choice = output.queue.choice
        // What is asked for is sent.
        output.queue.choice = OutputChoice()
        let calendar = configuration.energy.ledger.calendar
        let today = calendar.date(BoxTime.shared.now.seconds)
        let last = to.flatMap { LocalDate($0) } ?? today
        let span = try AskedDays.span(LocalDate(from) ?? today, last, calendar)
        let receiver = output
        try await askingInflux {
            let client = try InfluxClient(try configuration.server("influx").settings)
            let own = site.isEmpty ? configuration.energy.ledger.site.map { [$0] } ?? [] : site
            let stored = StoredPoints(client, sites: allSites ? [] : Set(own))
            let tables = try await stored.tables().filter { isSent($0.measurement, choice) }
            let others = allSites ? [] : try await stored.sites(tables, span).subtracting(own)
            let writing = try await Writing.to(receiver, precision: .nanoseconds) { writing in
                var bar = ProgressBar("send")
                defer { bar.finish() }
                // An answer has some megabytes at most: of sums those of a month, of readings those of two hours.
                for days in span.pieces(of: (readings ? 1 : 31) * 86_400) {
                    let share = Double(days.lowerBound - span.lowerBound) / Double(span.count)
                    bar.show(share, "\(calendar.date(days.lowerBound))")
                    for table in tables {
                        let isSum = Self.sums.contains(table.measurement.policy)
                        for piece in isSum ? [days] : days.pieces(of: 7200) {
                            try await writing.append(stored.points(table, piece))
                        }
                    }
                    // What was read is on its way before more is.
                    writing.batcher.flush()
                }
                bar.show(1, "\(last)")
            }
            let count = writing.uploader.counts.accepted
            let days = "\(from) – \(last)"
            let sites = others.sorted().joined(separator: ", ")
            guard count > 0 || writing.uploader.outbox.backlog.batchesOnDisk > 0 else {
                throw CommandError(
                    others.isEmpty
                        ? "there is nothing to send: the database has nothing of these days"
                        : "there is nothing to send of \(own.joined(separator: ", ")), but the database has points of these "
                            + "days under other names: \(sites). If this box was called so, name them with --site"
                )
            }
            if !others.isEmpty {
                printError(
                    said(
                        "the database also has points under other names: \(sites). If this box was called so, name them "
                            + "with --site"
                    )
                )
            }
            print(said("\(days): \(count) points sent to \(toOutput)"))
        }
    }

    /// True for the sums that the output lets pass, and for all readings when they are asked for.
    private func isSent(_ measurement: Measurement, _ choice: OutputChoice) -> Bool {
        guard Self.sums.contains(measurement.policy) else { return readings }
        return choice.includes("\(measurement.policy.name).\(measurement.name)")
    }
}

extension Range<Int64> {
    /// The parts of a span, each of so many seconds but for the last.
    fileprivate func pieces(of length: Int64) -> [Range<Int64>] {
        stride(from: lowerBound, to: upperBound, by: Int(length)).map { $0..<Swift.min($0 + length, upperBound) }
    }
}
