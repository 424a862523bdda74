import ArgumentParser
import Glibc
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation

/// `provision`: makes the database ready.
struct Provision: AsyncParsableCommand {
    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        abstract: said("Makes the database, its retention policies and its users what they should be."),
        discussion: prose(
            """
            May be run again and again, on a new server and on one that has been there for years: it creates what is
            missing, changes what differs, and proves each user's rights with a point that it removes again. It never
            deletes readings, unless you say --shorten.

            When the server asks for users, name its administrator and a file with the administrator's password. The
            user of the configuration (username and password_file) may write and, in [influx], read: from what is in the
            database the ledger goes on when its own memory was lost. Passwords are never printed.

            EXAMPLES:
              boxenergie provision
              boxenergie provision --check --admin admin \\
                  --admin-password-file /root/influx.admin
              boxenergie provision --dry-run

            The first time on a server that asks for users and has none:
              boxenergie provision --admin admin \\
                  --admin-password-file /etc/boxenergie/influx-admin.password \\
                  --create-admin --generate-passwords \\
                  --reader grafana:/etc/boxenergie/grafana.password
            """
        )
    )

    /// The configuration, which names the server, the database and its user.
    @OptionGroup var options: ConfigOption

    /// True to print the statements only; passwords in them are dots.
    @Flag(help: .said("Print the InfluxQL statements that make everything anew, and do nothing."))
    var dryRun = false

    /// True to compare only.
    @Flag(help: .said("Only compare: change nothing, say each difference, and exit with 1 if there is one."))
    var check = false

    /// True to shorten policies, the only option that deletes readings.
    @Flag(
        help: .said("Shorten a policy that keeps readings for longer than it should. This deletes the oldest readings.")
    )
    var shorten = false

    /// True to copy a policy's points into shard groups of the right duration.
    @Flag(help: .said("Copy a policy's points into files of the right span. Stop boxenergie meanwhile."))
    var rebuild = false

    /// Name of the output, an InfluxDB server or one with tables.
    @Option(help: .said("The output, when not [influx]: the name in [output.NAME]."))
    var output = "influx"

    /// Name of the administrator; needed when the server asks for users.
    @Option(help: .said("The server's administrator."))
    var admin: String?

    /// Path of the administrator's password.
    @Option(help: .said("A file with the administrator's password."))
    var adminPasswordFile: String?

    /// True to create the administrator on a server that has none.
    @Flag(help: .said("Create the administrator if the server has none."))
    var createAdmin = false

    /// True to make password files that are not there yet.
    @Flag(help: .said("Put a new password into each password file that is not there yet; only its owner may read it."))
    var generatePasswords = false

    /// Users that may only read, such as Grafana's.
    @Option(help: .said("A user that may only read, as NAME:PASSWORD_FILE."))
    var reader: [String] = []

    /// Refuses options that contradict each other before the server is asked.
    func validate() throws {
        if (admin == nil) != (adminPasswordFile == nil) {
            throw ValidationError(said("--admin and --admin-password-file go together"))
        }
        if createAdmin, admin == nil {
            throw ValidationError(said("--create-admin needs --admin and --admin-password-file"))
        }
        if check, dryRun || shorten || rebuild || createAdmin || generatePasswords {
            throw ValidationError(said("--check changes nothing, so it goes without the options that do"))
        }
    }

    /// Makes the database ready, compares, or prints the statements.
    ///
    /// - Throws: a `CommandError` with code 78 for a password that cannot be read, with code 69 for a server that does
    ///   not answer or wants an administrator, with code 1 for a difference or a refusal.
    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let configured = try configuration.output(output)
        if let tables = configured.output as? any ProvisionedOutput {
            return try await run(tables, configured.context)
        }
        let influx = try configuration.server(output).settings
        let provisioner: Provisioner
        var administrator: (name: String, password: String)?
        do {
            if let admin, let adminPasswordFile {
                administrator = (admin, try password(Secret(file: adminPasswordFile)))
            }
            let users = try users(influx)
            let client =
                try administrator.map { InfluxClient(influx, user: $0.name, password: $0.password) }
                ?? InfluxClient(influx)
            provisioner = Provisioner(client, users: users, mayShorten: shorten)
        } catch let error as SecretError {
            throw CommandError("\(error)", exitCode: 78)
        }
        guard !dryRun else {
            for statement in provisioner.statements { print(statement) }
            return
        }
        do {
            if let administrator { try await meet(administrator, provisioner) }
            try await check ? compare(provisioner) : apply(provisioner)
        } catch let error as TransferError {
            throw CommandError("\(error)", exitCode: 69)
        } catch let error as InfluxError where error.description.contains("create admin user first") {
            throw CommandError(
                "\(error); run this once with --admin, --admin-password-file and --create-admin",
                exitCode: 69
            )
        } catch let error as InfluxError where error.isForbidden {
            throw CommandError("\(error); name the administrator with --admin", exitCode: 69)
        } catch let error as InfluxError {
            throw CommandError("\(error)")
        }
    }

    /// The configured user and the readers, with their rights and passwords.
    ///
    /// The administrator is not among them: its rights are never changed.
    private func users(_ influx: InfluxSettings) throws -> [DatabaseUser] {
        var users: [DatabaseUser] = []
        if let name = influx.username, name != admin, let secret = influx.password {
            let right = output == "influx" ? DatabaseUser.Right.readAndWrite : .write
            users.append(DatabaseUser(name: name, password: try password(secret), right: right))
        }
        users += try readers().map { DatabaseUser(name: $0.name, password: $0.password, right: .read) }
        let names = users.map(\.name) + (admin.map { [$0] } ?? [])
        if let twice = names.first(where: { name in names.count(where: { $0 == name }) > 1 }) {
            throw CommandError("the user \(twice) is named twice; each has rights of its own", exitCode: 64)
        }
        return users
    }

    /// The users that may only read, by `--reader`.
    func readers() throws -> [(name: String, password: String)] {
        try reader.map { entry in
            let parts = entry.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw CommandError("--reader wants NAME:PASSWORD_FILE, found \(entry)", exitCode: 64)
            }
            return (parts[0], try password(Secret(file: parts[1])))
        }
    }

    /// A password; its file is made first when that is asked for.
    func password(_ secret: Secret) throws -> String {
        if generatePasswords, !dryRun, try PasswordFile.create(secret.file) {
            print(said("wrote    a new password to \(secret.file)"))
        }
        return try secret.read()
    }

    /// Makes sure that the administrator can log in, or creates it.
    private func meet(_ administrator: (name: String, password: String), _ provisioner: Provisioner) async throws {
        switch try await provisioner.administrator(administrator.name) {
        case .known: return
        case .wrongPassword:
            throw CommandError(
                "the server does not accept the password in \(adminPasswordFile ?? "") for \(administrator.name)",
                exitCode: 69
            )
        case .nobodyYet where createAdmin:
            try await provisioner.createAdministrator(administrator.name, password: administrator.password)
            print(said("created  user \(administrator.name), the administrator"))
        case .nobodyYet:
            throw CommandError(
                "the server has no administrator \(administrator.name) yet; "
                    + "`boxenergie provision --create-admin` makes one",
                exitCode: check ? 1 : 69
            )
        }
    }
}

extension Provision {
    /// Creates and changes what is needed, then proves each user's rights with a point that is removed again.
    private func apply(_ provisioner: Provisioner) async throws {
        if rebuild {
            try await provisioner.rebuild { progress in
                guard progress.done == progress.total || progress.done % 10 == 0 else { return }
                print(said("copied   \(progress.done) of \(progress.total) parts of \(progress.policy)"))
            }
        }
        try await provisioner.run { item in
            switch item.state {
            case .asItShould: print(said("there    \(item.subject)"))
            case .missing: print(said("created  \(item.subject)"))
            case .different(let how):
                print(
                    item.canBeMended
                        ? said("changed  \(item.subject): \(how)") : said("differs  \(item.subject): \(how)")
                )
            }
            if let advice = item.advice { print("         \(advice)") }
        }
        for proof in try await provisioner.proveRights(withPoints: true) {
            guard proof.isRight else {
                throw CommandError("\(proof.description), although \(proof.right.rawValue) was granted")
            }
            print(said("proved   \(proof.description)"))
        }
    }

    /// Prints each difference, then proves the rights without writing a point.
    private func compare(_ provisioner: Provisioner) async throws {
        let items = try await provisioner.look()
        let wrong = items.filter { $0.state != .asItShould }
        for item in wrong {
            switch item.state {
            case .asItShould: break
            case .missing: print(said("missing  \(item.subject)"))
            case .different(let how): print(said("differs  \(item.subject): \(how)"))
            }
            print("         " + (item.advice ?? said("run `boxenergie provision` to make it right")))
        }
        guard wrong.isEmpty else {
            throw CommandError("\(wrong.count) of \(items.count) things are not as they should be")
        }
        for proof in try await provisioner.proveRights(withPoints: false) {
            guard proof.isRight else {
                throw CommandError("\(proof.description), although \(proof.right.rawValue) is granted")
            }
            print(said("proved   \(proof.description)"))
        }
        print(said("all \(items.count) things are as they should be"))
    }
}
