import ArgumentParser
import Glibc
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation

/// `rollup`: computes the books once more, from the registers in the database.
struct Rollup: AsyncParsableCommand {
    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        abstract: said("Computes quarters, days, months and euros again from the registers in the database."),
        discussion: prose(
            """
            After an import, a new price for days that are over, a meter that came back late, or a box whose memory was
            lost. It may run while the box works and be repeated: the same readings give the same points. Days whose
            readings are not kept any more (60 days) stay as they are. Without --from it begins with the oldest reading.
            Run it on the box, with sudo: the service then goes on from the new sums of today and of this month.

            What a clock that was ahead dated after now is removed, where a time server or the meter confirms the clock.

            Reading needs a user who may read; provision gives the one in [influx] that right.

            EXAMPLES:
              sudo boxenergie rollup --from 2026-02-01
              boxenergie rollup --from 2026-02-01 --to 2026-02-28 --dry-run
              boxenergie rollup --user grafana \\
                  --password-file /etc/boxenergie/grafana.password
            """
        )
    )

    /// The configuration, for the prices, the place and the server.
    @OptionGroup var options: ConfigOption

    /// First day, `2026-02-01`; that of the oldest reading by default.
    @Option(help: .said("The first day, for example 2026-02-01."))
    var from: String?

    /// Last day, included; that of the newest reading by default.
    @Option(help: .said("The last day; today by default."))
    var to: String?

    /// True to write nothing.
    @Flag(help: .said("Compute and show each day's sums, and write nothing."))
    var dryRun = false

    /// True to remove what is dated after now though nothing confirms the clock.
    @Flag(help: .said("Remove what is dated after now, though nothing confirms the clock."))
    var removeFuture = false

    /// Name of the output, which must be an InfluxDB server.
    @Option(help: .said("The output, when not [influx]: the name in [output.NAME]."))
    var output = "influx"

    /// User for reading, when the configured one may not.
    @Option(help: .said("A user who may read."))
    var user: String?

    /// Path of that user's password.
    @Option(help: .said("A file with that user's password."))
    var passwordFile: String?

    /// Refuses what is no day before anything is read.
    func validate() throws {
        try AskedDays.check(from, to)
        guard user == nil || passwordFile != nil else { throw ValidationError(said("--user needs --password-file")) }
    }

    /// Computes the days and writes them, or shows them.
    ///
    /// - Throws: a `CommandError` with code 78 for a password that cannot be read, with code 69 for a server that does
    ///   not answer or refuses the user, with code 1 when there is nothing to compute.
    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let server = try configuration.server(output).settings
        let isSure = followTheBox(configuration)
        try await askingInflux {
            let client =
                if let user, let passwordFile {
                    InfluxClient(server, user: user, password: try Secret(file: passwordFile).read())
                } else {
                    try InfluxClient(server)
                }
            let work = Recomputation(configuration.energy.ledger, client, configuration.places)
            do {
                try await compute(work, isSure: isSure, configuration)
            } catch let error as InfluxError where error.isForbidden {
                throw CommandError("\(error); name a user who may read with --user and --password-file", exitCode: 69)
            }
        }
    }

    /// Computes the days that are asked for, and writes them or shows them.
    private func compute(_ work: Recomputation, isSure: Bool, _ configuration: Configuration) async throws {
        let first = from.flatMap { LocalDate($0) }
        guard let span = try await work.span(from: first, to: to.flatMap { LocalDate($0) }) else {
            throw CommandError(
                output == "influx"
                    ? "there is nothing to compute: the database has no readings for these days"
                    : "there is nothing to compute: \(output) has no readings of this box for these days; boxenergie send "
                        + "--readings gives it those of the box's own database"
            )
        }
        guard !dryRun else { return try await show(work, span) }
        try await removeFuture(work, isSure: isSure)
        try await write(work, span, try configuration.output(output))
        if output == "influx" { try handOverBooks(configuration) }
    }

    /// Goes by the time of the running box, which may know better what time it is than the machine's clock does.
    ///
    /// - Returns: true when something confirms that time.
    private func followTheBox(_ configuration: Configuration) -> Bool {
        let clock = BoxClock.reading(hasBattery: configuration.clockHasBattery)
        let report = StatusServer.ask(configuration).flatMap { $0.clock.basis == "unknown" ? nil : $0 }
        let now = report?.time ?? clock.wall.seconds
        BoxTime.shared.follow(Timestamp(seconds: now))
        return report?.clock.basis == "meter" || clock.isSynchronized && abs(clock.wall.seconds - now) < 60
    }

    /// Removes what a wrong clock dated into the future, and says so; not where the clock of now may be the wrong one.
    ///
    /// - Throws: a `TransferError` or an `InfluxError`.
    private func removeFuture(_ work: Recomputation, isSure: Bool) async throws {
        let found = try await work.measurementsWithFuture()
        guard !found.isEmpty else { return }
        let names = found.map(\.description).sorted().joined(separator: ", ")
        guard isSure || removeFuture else {
            return print(
                "\(names): readings are dated after now. If the box's clock is right (date), run this again with "
                    + "--remove-future"
            )
        }
        try await work.removeFuture(from: found)
        print(said("\(names): what was dated after now is removed"))
    }

    /// Writes the points through the output's own spool, so that an outage in the middle loses none.
    ///
    /// - Parameters:
    ///   - work: computes them.
    ///   - span: whole days, in seconds since 1970.
    ///   - output: the output to write to.
    /// - Throws: a `TransferError` or `InfluxError` while reading, a `CommandError` when a point is refused or lost.
    private func write(_ work: Recomputation, _ span: Range<Int64>, _ output: ConfiguredOutput) async throws {
        let writing = try await Writing.to(output) { writing in
            var bar = ProgressBar("rollup")
            defer { bar.finish() }
            try await work.run(span) { points, share, place in
                bar.show(share, place)
                try await writing.append(points)
            }
        }
        print(said("\(work.words(span)): \(writing.uploader.counts.accepted) points written"))
    }

    /// Prints the sums of each day and writes nothing.
    private func show(_ work: Recomputation, _ span: Range<Int64>) async throws {
        var days: [Int64: Point] = [:]
        var bar = ProgressBar("rollup")
        var count = 0
        try await work.run(span) { points, share, place in
            count += points.count
            for point in points where point.series.kind == .dayEnergy {
                days[point.timestamp.seconds] = point
            }
            bar.show(share, place)
        }
        bar.finish()
        for (time, point) in days.sorted(by: { $0.key < $1.key }) {
            let values = zip(point.series.fieldNames, point.values).compactMap { name, value in
                if case .float(let number)? = value { "\(name) \((number * 100).rounded() / 100)" } else { nil }
            }
            print("\(work.calendar.date(time))  \(values.joined(separator: "  "))")
        }
        print(said("\(work.words(span)): \(count) points computed, nothing written"))
    }
}
