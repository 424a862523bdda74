import ArgumentParser
import Glibc
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation

/// `central add`: makes a user for a box, and the file by which it joins.
struct CentralAdd: AsyncParsableCommand {
    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: said("Makes a user for a box, who may write and nothing else, and the file by which it joins."),
        discussion: prose(
            """
            The file holds the password: only its owner may read it. Take it to the box, by a USB stick or scp, and there
            say: sudo boxenergie join FILE. A file that got lost is worthless after --again or remove.

            EXAMPLES:
              sudo boxenergie central add dupont dupont.join
              sudo boxenergie central add --again dupont dupont.join
              sudo boxenergie central add dupont - | ssh box sudo boxenergie join -
            """
        )
    )

    /// Name of the box at the centre.
    @Argument(help: .said("A name for the box: small letters, digits, - and _."))
    var name: String

    /// Path of the file, which must not be there yet; `-` is standard output.
    @Argument(help: .said("The file to make; - is standard output, for a pipe."), completion: .file())
    var file: String

    /// True to give a box that is there another password.
    @Flag(help: .said("Give a box that is there another password; the one before is worth nothing then."))
    var again = false

    /// Days for which the file may be used.
    @Option(help: .said("The days within which the file must be used."))
    var days = 30

    /// File with a password of a user who is made elsewhere.
    @Option(
        help: .said(
            "A file with the password of the user box-NAME, whom somebody else makes: for engines that have their users elsewhere."
        )
    )
    var passwordFile: String?

    /// The configuration of the centre.
    @OptionGroup var options: CentralOption

    /// Refuses names that are none.
    func validate() throws {
        guard BoxUsers.isName(name) else {
            throw ValidationError(
                said(
                    "a name has small letters, digits, \"-\" and \"_\" only, \(BoxUsers.longestName) at most: \(proposal)"
                )
            )
        }
        guard !isForPipe || isatty(STDOUT_FILENO) == 0 else {
            throw ValidationError(said("the file holds a password: - is for a pipe, and no screen; name a file"))
        }
        try checkRange(days, 1...3650, "--days")
    }

    /// True when the file goes on by standard output.
    private var isForPipe: Bool { file == "-" }

    private var proposal: String { String(slug(of: name).prefix(BoxUsers.longestName)) }

    /// Makes the file, then the user: a file without a user is worthless, and a user without a file is nobody's.
    ///
    /// - Throws: a `CommandError` with code 64 for a name that is taken, 69 for a server that does not answer, 78 for a
    ///   configuration that cannot be used, or a database that is not there; a `DiskError` when the file is there already, or
    ///   cannot be written.
    func run() async throws {
        do {
            let taken = try await askingInflux { try await makeFile(try Centre(options)) }
            if isForPipe { printError(taken) } else { print(taken) }
        } catch let error as SigningError {
            throw CommandError("\(error)", exitCode: 69)
        }
    }

    private func makeFile(_ centre: Centre) async throws -> String {
        let users = BoxUsers(centre.client)
        if passwordFile == nil, try await users.names().contains(name) != again {
            throw CommandError(
                again
                    ? "there is no box \(name); without --again it is made"
                    : "there is a box \(name) already; --again gives it another password",
                exitCode: 64
            )
        }
        if passwordFile == nil { try await refuseMissingDatabase(centre) }
        let password = try passwordFile.map { try Secret(file: $0).read() } ?? PasswordFile.newPassword()
        let today = Timestamp.now().seconds / 86_400
        let join = JoinFile(
            name: name,
            url: centre.settings.url,
            database: centre.server.database,
            username: BoxUsers.user(of: name),
            password: password,
            pin: centre.settings.pin,
            names: centre.settings.names,
            choice: centre.settings.choice,
            sendEvery: centre.settings.sendEvery,
            until: LocalDate(dayNumber: today + Int64(days))
        )
        let text = [UInt8](try join.text().utf8)
        // What a box would refuse is not handed out.
        _ = try JoinFile(text, file: file, today: LocalDate(dayNumber: today))
        // Into a pipe only once the user is there: what went that way cannot be taken back.
        if !isForPipe { try write(text) }
        if passwordFile == nil {
            do {
                try await users.add(name, password: password)
            } catch {
                if !isForPipe { try? DiskFile.remove(file) }
                throw error
            }
        }
        if isForPipe {
            try OpenFile.output(file).write(text)
            return said("\(name) joins by this until \(join.until)")
        }
        guard passwordFile == nil else { return said("wrote \(file), by which \(name) joins until \(join.until)") }
        return said("wrote \(file), by which \(name) joins until \(join.until): sudo boxenergie join \(file)")
    }

    /// Refuses a database that is not there: its user would have no right, and the box nowhere to send to.
    private func refuseMissingDatabase(_ centre: Centre) async throws {
        let databases = try await centre.client.query("SHOW DATABASES").flatMap(\.rows)
        guard !databases.contains(where: { $0["name"] == .string(centre.server.database) }) else { return }
        throw CommandError(
            "the centre has no database \(centre.server.database): sudo boxenergie provision --config \(options.config) "
                + "makes it, or name the right one under [influx]; nothing was changed",
            exitCode: 78
        )
    }

    private func write(_ text: [UInt8]) throws {
        let out: OpenFile
        do throws(DiskError) {
            out = try OpenFile(ofOwner: file, [.writing, .creatingAnew], mode: 0o600)
        } catch {
            guard error.code == EEXIST else { throw error }
            throw CommandError("\(file) is there already, and may be another box's; choose another name", exitCode: 64)
        }
        try out.write(text)
        try out.save()
    }
}
