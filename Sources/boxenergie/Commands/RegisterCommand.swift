import ArgumentParser
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation

/// `register`: the register that can be checked.
struct RegisterCommand: AsyncParsableCommand {
    /// What is done with it.
    enum Work: String, CaseIterable, ExpressibleByArgument { case verify, show, key }

    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: said(
            "Checks the signed register of the meters, shows it, or tells the key by which others check it."
        ),
        discussion: prose(
            """
            With [register] in the configuration the box writes down what each meter's registers were at the end of each
            quarter of an hour, each record tied to the one before by its digest, and signed. verify finds what was
            changed, left out, doubled or put in another order, and says where: in the box's own files, in files that are
            named (- is standard input), or with --output in a database, at a centre that of its boxes. show prints the newest
            records; influx/REGISTER.md has the format.

            Exit codes: 0 as it was signed, 1 not so, 66 a file cannot be read, 69 a database does not answer.

            EXAMPLES:
              sudo boxenergie register verify
              boxenergie register verify --key KEY 2026.log 2027.log
              sudo boxenergie register verify --output influx
              sudo boxenergie register verify --output influx --box k7f39-x2m4t \\
                  --config /etc/boxenergie/central.toml
              boxenergie register show --last 4
            """
        )
    )

    /// The work.
    @Argument(help: .said("verify, show or key."))
    var work: Work

    /// Files to check; the box's own by default.
    @Argument(help: .said("Files to check, the oldest first; those of this box by default."), completion: .file())
    var files: [String] = []

    /// The configuration, for the folder of the state and the outputs.
    @OptionGroup var options: ConfigOption

    /// Key that must have signed first.
    @Option(help: .said("The key that must have signed, as boxenergie register key tells it on the box."))
    var key: String?

    /// Digest of a record that must be there.
    @Option(help: .said("The digest of a record that must be there, noted from an earlier check."))
    var holds: String?

    /// True to check each signature.
    @Flag(help: .said("Check each signature, not only the last of each day."))
    var everySignature = false

    /// Name of an output, an InfluxDB, whose records are checked.
    @Option(help: .said("Check what a database has: influx, or the name in [output.NAME]."))
    var output: String?

    /// Identity of the box whose records are checked in that database.
    @Option(help: .said("The box whose records are checked there; this one by default, and at a centre all."))
    var box: String?

    /// Records that are shown.
    @Option(help: .said("How many records to show."))
    var last = 8

    /// Refuses what is no key or digest before anything is read.
    func validate() throws {
        if let key, CheckingKey(key.utf8) == nil {
            throw ValidationError(said("--key needs 64 hexadecimal digits in small letters"))
        }
        if let holds, Digest(holds.utf8) == nil {
            throw ValidationError(said("--holds needs 64 hexadecimal digits in small letters"))
        }
        if let files = files.first, work == .key || output != nil {
            throw ValidationError(
                work == .key
                    ? said("register key tells the key of this box, and reads no file such as \(files)")
                    : said(
                        "either --output, or files such as \(files): a database and files are checked one after the other"
                    )
            )
        }
        if box != nil, output == nil {
            throw ValidationError(said("--box chooses a box of a database; name that with --output, such as influx"))
        }
        if work != .verify, output != nil || key != nil || holds != nil || everySignature {
            throw ValidationError(said("--output, --key, --holds and --every-signature belong to register verify"))
        }
        if last < 1 { throw ValidationError(said("--last needs a number from 1 on")) }
    }

    /// Checks, shows, or tells the key.
    ///
    /// - Throws: a `CommandError` with the codes of the discussion.
    func run() async throws {
        do {
            switch work {
            case .verify: try await verify()
            case .show: try show()
            case .key: try tellKey()
            }
        } catch let error as SigningError {
            throw CommandError("\(error)", exitCode: 69)
        } catch let error as DiskError {
            throw CommandError("\(error)", exitCode: 66)
        }
    }

    private func verify() async throws {
        let expected = key.flatMap { CheckingKey($0.utf8) }
        let wanted = holds.flatMap { Digest($0.utf8) }
        var verdict: RegisterVerdict
        if let output {
            let configuration = try Configuration.load(options.config)
            let server = try configuration.server(output, of: box).settings
            let read = RegisterAudit(
                key: expected,
                wanted: wanted,
                checksAll: everySignature,
                isDatabase: true,
                box: server.box
            )
            let audit = try await askingInflux {
                // At a centre nobody may read but its administrator.
                let centre = output == "influx" ? configuration.central : nil
                let client = try centre?.client(server) ?? InfluxClient(server)
                var audit = read
                try await RegisterHistory(client).read { try audit.read($0) }
                audit.endFile()
                return audit
            }
            verdict = RegisterVerdict(audit: audit)
        } else {
            let paths = try files.isEmpty ? ownFiles() : files
            var audit = RegisterAudit(key: expected, wanted: wanted, checksAll: everySignature)
            for path in paths { try audit.read(OpenFile.input(path)) }
            verdict = RegisterVerdict(audit: audit, files: paths)
        }
        verdict.looksForRecord = wanted != nil
        guard verdict.audit.count > 0 || verdict.faults > 0 else {
            throw CommandError("there is no record")
        }
        for line in verdict.lines { print(line) }
        if verdict.faults > 0 { throw ExitCode(1) }
    }

    /// The files of this box.
    private func ownFiles() throws -> [String] {
        let folder = RegisterFiles.folder(try Configuration.load(options.config).state)
        let found = RegisterFiles.all(in: folder)
        guard !found.isEmpty else {
            if let problem = DiskFile.problem(reading: folder), problem.isDenied { throw problem }
            throw CommandError("there is no register in \(folder); [register] in the configuration begins one")
        }
        return found
    }

    private func show() throws {
        var records: ArraySlice<[UInt8]> = []
        for path in try files.isEmpty ? ownFiles() : files {
            let lines = try OpenFile.input(path).readAll().split(separator: UInt8(ascii: "\n"))
            records = (records + lines.suffix(last).map { [UInt8]($0) }).suffix(last)
        }
        for line in records { print(String(decoding: line, as: UTF8.self)) }
    }

    private func tellKey() throws {
        let folder = RegisterFiles.folder(try Configuration.load(options.config).state)
        guard let key = try RegisterBook.key(of: folder) else {
            throw CommandError("there is no register in \(folder); [register] in the configuration begins one")
        }
        print("\(key)")
    }
}
