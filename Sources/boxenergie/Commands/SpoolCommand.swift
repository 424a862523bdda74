import ArgumentParser
import Glibc
import MeterCore
import MeterNotation

/// `spool`: commands for the readings that wait on the disk for a server.
struct SpoolCommand: ParsableCommand {
    /// Abstract, examples and subcommands; without one it lists.
    static let configuration = CommandConfiguration(
        commandName: "spool",
        abstract: said("Shows, sends, exports or gives up the readings that wait on the disk."),
        discussion: prose(
            """
            EXAMPLES:
              boxenergie spool list
              boxenergie spool export > readings.lp
              boxenergie spool flush
              boxenergie spool flush --directory /var/lib/boxenergie/spool/old
            """
        ),
        subcommands: [List.self, Flush.self, Export.self, Drop.self],
        defaultSubcommand: List.self
    )

    /// Options that choose a spool, the same for all subcommands.
    struct Options: ParsableArguments {
        /// The configuration.
        @OptionGroup var config: ConfigOption

        /// Name of the output whose spool it is.
        @Option(help: .said("The server that they wait for: influx, or the name in [output.NAME]."))
        var output = "influx"

        /// Path of another spool's folder, such as one no longer configured.
        @Option(help: .said("Another folder, whose readings the server gets: one that an earlier configuration used."))
        var directory: String?

        /// The output, with the other folder when one is named.
        func load() throws -> ConfiguredOutput {
            var output = try Configuration.load(config.config).output(output)
            if let directory { output.queue.spoolDirectory = directory }
            return output
        }
    }

    /// `spool list`: shows each file with its batches and times, and what was set aside or refused.
    struct List: ParsableCommand {
        /// Abstract.
        static let configuration = CommandConfiguration(abstract: said("Lists the files and what is in them."))

        /// The spool.
        @OptionGroup var options: Options

        /// Lists the files, which are only read.
        func run() throws {
            let directory = try options.load().queue.spoolDirectory
            let listing = SpoolListing(directory)
            for file in listing.files {
                let times = file.batches.reduce(into: Span()) { $0.add($1) }
                print(said("\(file.path): \(file.batchCount) batches, \(file.points) points\(times.text)"))
            }
            for (path, size) in listing.setAside {
                print(said("\(path): \(ByteCountText.format(size)) that could not be read, set aside"))
            }
            let refused = directory + "/refused.lp"
            if DiskFile.isThere(refused) {
                print(said("\(refused): lines that the server refused, each with its reason"))
            }
            print(
                said(
                    "\(listing.batchCount) batches with \(listing.points) points wait in \(directory) "
                        + "(\(ByteCountText.format(listing.bytes)))"
                )
            )
        }
    }

    /// `spool export`: prints the readings as a file for `influx -import`.
    struct Export: ParsableCommand {
        /// Abstract, discussion and example.
        static let configuration = CommandConfiguration(
            abstract: said("Prints what waits as line protocol, which influx -import takes too; nothing is removed."),
            discussion: prose(
                """
                EXAMPLE:
                  boxenergie spool export > readings.lp
                  influx -import -path=readings.lp -precision=s
                """
            )
        )

        /// The spool.
        @OptionGroup var options: Options

        /// Prints the lines, with a heading wherever the database, the policy or the unit of the times changes.
        ///
        /// A control character in them, which steers a terminal, becomes a space.
        func run() throws {
            let output = try OpenFile.output("-")
            var destination = ""
            try output.write([UInt8]("# DML\n".utf8))
            for batch in SpoolListing(try options.load().queue.spoolDirectory).files.lazy.flatMap(\.batches) {
                let next = """
                    # CONTEXT-DATABASE: \(batch.database)
                    # CONTEXT-RETENTION-POLICY: \(batch.policy.name)
                    # precision: \(batch.precision.rawValue)

                    """
                if next != destination { try output.write(harmless([UInt8](next.utf8))) }
                destination = next
                try output.write(harmless(batch.lines))
            }
        }
    }

    /// `spool flush`: sends the readings now.
    struct Flush: AsyncParsableCommand {
        /// Abstract.
        static let configuration = CommandConfiguration(
            abstract: said("Sends what waits now; a running boxenergie does so by itself.")
        )

        /// The spool.
        @OptionGroup var options: Options

        /// Sends; what the server did not take stays.
        ///
        /// - Throws: a `CommandError` when a program uses the spool, an `ExitCode` of 69 when something still waits.
        func run() async throws {
            let output = try options.load()
            try checkIsFree(output)
            let writing = try await Writing.to(output) { _ in }
            let seconds = rounded(Uptime.now.seconds(since: writing.startedAt), to: 1000)
            let left = writing.uploader.outbox.backlog.points
            print(said("\(writing.uploader.counts.accepted) points sent in \(seconds) s, \(left) still wait"))
            if left > 0 { throw ExitCode(69) }
        }
    }

    /// `spool drop`: deletes the readings.
    struct Drop: ParsableCommand {
        /// Abstract.
        static let configuration = CommandConfiguration(
            abstract: said("Gives up what waits, for ever; export it before.")
        )

        /// The spool.
        @OptionGroup var options: Options

        /// True to delete; without it the loss is only told.
        @Flag(help: .said("Really do it."))
        var force = false

        /// Deletes the files, those set aside too; refused lines stay.
        ///
        /// - Throws: a `CommandError` with code 64 without `--force`, with code 69 when a program uses the spool.
        func run() throws {
            let output = try options.load()
            let listing = SpoolListing(output.queue.spoolDirectory)
            guard force else {
                throw CommandError(
                    "\(listing.points) points would be lost; boxenergie spool export saves them, --force gives them up",
                    exitCode: 64
                )
            }
            try checkIsFree(output)
            for path in listing.files.map(\.path) + listing.setAside.map(\.path) {
                try DiskFile.remove(path)
            }
            print(said("\(listing.points) points given up"))
        }
    }

    /// Refuses to touch a spool that a running program uses, with code 69.
    private static func checkIsFree(_ output: ConfiguredOutput) throws {
        do throws(DiskError) {
            try Spool.checkIsFree(output.queue.spoolDirectory)
        } catch {
            let isBusy = error.code == EWOULDBLOCK
            throw CommandError(
                isBusy
                    ? "\(error.path) is in use by a running boxenergie, which sends what waits as soon as it can; "
                        + "see boxenergie status, or stop it first"
                    : "\(error)",
                exitCode: 69
            )
        }
    }
}

/// The time from the oldest to the newest reading.
private struct Span {
    private var first: Timestamp?
    private var last: Timestamp?

    mutating func add(_ batch: Batch) {
        if let time = batch.firstTime { first = min(first ?? time, time) }
        if let time = batch.lastTime { last = max(last ?? time, time) }
    }

    var text: String {
        guard let first, let last else { return "" }
        return said(", from \(wallClock("%F %T", at: first.seconds)) to \(wallClock("%F %T", at: last.seconds))")
    }
}
