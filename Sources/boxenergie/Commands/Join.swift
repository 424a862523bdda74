import ArgumentParser
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation

/// `join`: lets a box send to a centre, by the one file that this made for it.
struct Join: AsyncParsableCommand {
    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        abstract: said("Lets this box send to a centre, by the file that the centre made for it."),
        discussion: prose(
            """
            The file holds the address, the key of the centre, a user with a password, and what is to be sent. It is checked,
            the centre is tried, and only then a block [output.central] is written into the configuration and the password
            into a file of its own; joining again replaces both. What the centre cannot take waits on the disk, as for any
            other output. influx/FLEET.md tells how a centre is made.

            Exit codes: 0 joined, 69 the centre does not answer or does not take the file, 78 the file cannot be used.

            EXAMPLES:
              sudo boxenergie join dupont.join
              sudo boxenergie join --dry-run dupont.join
            """
        )
    )

    /// Path of the file; `-` is standard input.
    @Argument(help: .said("The file of the centre; - is standard input."), completion: .file())
    var file: String

    /// NAME of `[output.NAME]`.
    @Option(help: .said("The name of the output, for a second centre."))
    var output = "central"

    /// The configuration that gets the block.
    @OptionGroup var options: ConfigOption

    /// True to check and to try only.
    @Flag(help: .said("Check the file, try the centre, print the block, and change nothing."))
    var dryRun = false

    /// Refuses what cannot be the name of an output.
    func validate() throws {
        guard isSlug(output), output != "influx" else {
            throw ValidationError(said("--output needs a name of small letters, digits, \"-\" and \"_\", not influx"))
        }
    }

    /// Checks, tries and writes.
    ///
    /// - Throws: a `CommandError` with the codes of the discussion, a `DiskError` when something cannot be written; then
    ///   nothing was changed.
    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let identity = BoxIdentity.of(configuration.state)
        let word = try identity.ownWord()
        guard !identity.isCopied else {
            throw CommandError(
                "the state of this box comes from another machine, and the centre would take the two for one; "
                    + "settle that first: boxenergie identity"
            )
        }
        let join: JoinFile
        do {
            join = try read()
            let place = try JoinedOutput(output, in: options.config, state: configuration.state)
            if !dryRun, let problem = DiskFile.problem(changing: place.path) { throw problem }
            let text = try place.joined(by: join)
            let joined = Configuration(ConfigDocument(text: text, file: options.config))
            guard !joined.diagnostics.hasErrors, let way = joined.outputs.first(where: { $0.name == output }) else {
                let reasons = joined.diagnostics.errors.map(\.description).joined(separator: "\n")
                throw CommandError("[output.\(output)] cannot be added; nothing was changed:\n\(reasons)", exitCode: 78)
            }
            try await greet(way, join, joined.tags, word)
            guard !dryRun else { return print(try place.lines(of: join), terminator: "") }
            try place.write(join, text)
        } catch let error as SigningError {
            throw CommandError("\(error)", exitCode: 69)
        }
        let sent = join.choice.only.isEmpty ? "*" : join.choice.only.joined(separator: ", ")
        print(said("this box, \(word), has joined the centre; it sends: \(sent)"))
        print(said("Now: sudo systemctl reload boxenergie"))
        print(said("What it has of before: sudo boxenergie send --from 2026-01-01 --to-output \(output)"))
        if file != "-" { print(said("Delete \(file): it holds the password.")) }
    }

    private func read() throws -> JoinFile {
        let bytes = try OpenFile.input(file).readAll(atMost: JoinFile.largest)
        let today = LocalDate(dayNumber: Timestamp.now().seconds / 86_400)
        return try JoinFile(bytes, file: file, today: today)
    }

    /// Tries the centre: its clock, its key, and whether it takes a point of this box.
    ///
    /// - Throws: a `CommandError` with code 69 when one of them is not so.
    private func greet(
        _ way: ConfiguredOutput,
        _ join: JoinFile,
        _ tags: [(String, String)],
        _ word: String
    ) async throws {
        guard let settings = InfluxServer(way.output)?.settings else { return }
        let client = InfluxClient(settings, user: join.username, password: join.password)
        try await askingInflux {
            guard let time = try await client.serverTime(),
                let wrong = ClockDifference(box: Timestamp.now().seconds, centre: time)
            else { return }
            printError(said("\(wrong.sentence); see: sudo boxenergie doctor"))
        }
        let batcher = Batcher(database: settings.database, box: way.queue.namesBox ? word : nil)
        batcher.append(EnergyEvent.joined(as: join.name, at: Timestamp.now().seconds).point(tags: tags))
        guard var batch = batcher.take().first else { return }
        if dryRun { (batch.lines, batch.points) = ([], 0) }
        switch await client.write(batch) {
        case .accepted: return
        case .postponed(let reason, _), .misaddressed(let reason), .rejected(let reason, _):
            throw CommandError("the centre does not take it, and nothing was changed: \(reason)", exitCode: 69)
        case .split: throw CommandError("what answers at \(join.url) takes nothing; nothing was changed", exitCode: 69)
        }
    }
}
