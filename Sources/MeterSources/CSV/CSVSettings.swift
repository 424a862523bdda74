import MeterCore
import MeterDocuments
import MeterIO
import MeterNotation

/// The settings of a `csv` source.
struct CSVSettings: Sendable {
    /// The place of the files.
    enum Place: Sendable {
        /// A folder of this machine, by its full path.
        case folder(String)
        /// A folder of a server: its URL by ftp, ftps or sftp, and the access to it.
        case server(String, RemoteFolder.Access)
    }

    /// The treatment of a file that is complete and read.
    ///
    /// `keep` leaves it, `move` puts it into `move_to`, `remove` deletes it.
    enum After: String, Sendable, CaseIterable { case keep, move, remove }

    /// The place, `folder` or `url`; exactly one is needed.
    var place: Place
    /// The pattern for names, with `*` and `?` as in a shell; by default `*.csv`.
    var files: String
    /// The interval of looks, 1 s to 1 day, by default 60 s; in a local folder changes are seen at once.
    var every: Duration
    /// The time in seconds without a change after which a file is complete, 1 s to 1 day, by default 60 s.
    ///
    /// Only then a last line without its end counts.
    var quiet: Double
    /// The treatment of a file that was read, `keep` by default.
    var after: After
    /// The folder for `after = "move"`, by default `done` within the folder; a full path for a local one.
    var done: String
    /// The number of lines before the names, 0 to 1000, by default 0.
    var skipped: Int
    /// The delimiter, `auto` by default: found from the first line.
    var delimiter: CSVTable.Delimiter
    /// True when the first line has the names of the columns, which is the default.
    var hasHeader: Bool
    /// The columns and the format of the date.
    var dates: CSVDates
    /// The meaning for the house, `other` by default.
    var role: MeterRole
    /// The kind of device for the role production, `meter` by default.
    var kind: DeviceKind
    /// The measurement, by default that of the role; its policy must keep lines as old as the oldest.
    var measurement: Measurement
    /// The wanted values by column, at least one.
    var map: FieldMap

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        place = Self.place(settings)
        files = settings.string("files", default: "*.csv", "The names of the files, with * and ? as in a shell.")
        if files.contains("/") { settings.report("a pattern for names in one folder, without \"/\"", at: "files") }
        every = settings.duration(
            "every",
            in: .seconds(1) ... .seconds(86_400),
            default: .seconds(60),
            "How often it is looked for new lines; in a folder of this machine they are seen at once."
        )
        let quiet = settings.duration(
            "quiet",
            in: .seconds(1) ... .seconds(86_400),
            default: .seconds(60),
            "A file that did not change for so long is complete: a last line without its end counts then."
        )
        self.quiet = quiet / .seconds(1)
        after = settings.choice(
            "after",
            default: .keep,
            "What becomes of a file that is complete and read, a minute later at the earliest."
        )
        let remote = if case .server = place { true } else { false }
        let usual = if case .folder(let path) = place { path + "/done" } else { "done" }
        done = settings.string("move_to", default: usual, "The folder that files are moved to, with after = \"move\".")
        if settings.contains("move_to"), after != .move { settings.report("it needs after = \"move\"", at: "move_to") }
        if settings.contains("move_to"), !remote, !done.hasPrefix("/") {
            settings.report("a full path that begins with \"/\"", at: "move_to")
        }
        if settings.contains("move_to"), done.contains(where: \.isNewline) {
            settings.report("a folder has one line", at: "move_to")
        }
        skipped = settings.integer(
            "skip",
            in: 0...1000,
            default: 0,
            "How many lines come before the one with the names."
        )
        delimiter = settings.choice("delimiter", default: .auto, "What separates the columns.")
        hasHeader = settings.boolean("header", default: true, "Whether the first line names the columns.")
        dates = CSVDates(settings: settings)
        role = settings.role(.other)
        kind = settings.choice("kind", default: .meter, "What the device is, where it produces.")
        measurement = settings.destination(
            "measurement",
            default: role.kind?.rawValue,
            "Where the readings go; a policy must keep them for as long as the oldest lines are old."
        )
        map = FieldMap(settings: settings, role: role, format: .csv)
        if map.fields.isEmpty { settings.report("nothing to read: write [\(settings.path).fields]") }
        if !hasHeader, !names.isEmpty {
            settings.report("without a line of names, columns have numbers; \"\(names[0])\" is none", at: "header")
        }
    }

    /// The columns that must be found by name.
    var names: [String] {
        dates.names + map.fields.filter { !$0.isOptional }.map(\.path).filter { !$0.isEmpty && Int($0) == nil }
    }

    /// The place; an address with a user, a password or spaces is refused.
    private static func place(_ settings: ConfigSection) -> Place {
        let folder = settings.optionalPath("folder", "The folder that devices put files into.")
        let url = settings.optionalString("url", "Or the folder on a server: ftp://, ftps:// or sftp://HOST/FOLDER/.")
        let access = access(settings, url ?? "")
        guard let url else {
            if folder == nil, !settings.contains("folder") {
                settings.report("nothing to read: write folder = \"/srv/...\" or url = \"ftp://...\"")
            }
            return .folder(folder ?? "/")
        }
        if folder != nil { settings.report("either a folder or a url, not both", at: "url") }
        if !["ftp://", "ftps://", "sftp://"].contains(where: url.hasPrefix) {
            settings.report("expected an address such as \"ftp://192.168.1.32/log/\"", at: "url")
        }
        if serverName(url) != url.drop(while: { $0 != "/" }).dropFirst(2).prefix(while: { $0 != "/" }) {
            settings.report("no user or password in an address; use username and password_file", at: "url")
        }
        if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            settings.report("no spaces in an address; write %20", at: "url")
        }
        return .server(url, access)
    }

    /// The access to a server; settings that need a URL or another protocol are reported.
    private static func access(_ settings: ConfigSection, _ url: String) -> RemoteFolder.Access {
        let isInsecure = settings.boolean(
            "insecure",
            default: false,
            "Take any certificate or key: whoever is in between can read the password."
        )
        let access = RemoteFolder.Access(
            username: settings.optionalString("username", "The user on the server; anonymous without."),
            password: settings.secretFile(credential: "\(settings.name)-password", "A file with that user's password."),
            key: settings.secretFile(
                "key_file",
                credential: "\(settings.name)-key",
                "With sftp://: a file with the private key of that user, without a passphrase: ssh-keygen -t ed25519."
            ),
            encryption: settings.choice(
                "tls",
                default: RemoteFolder.Access.Encryption.none,
                "With ftp://: whether the server must encrypt (explicit); ftps:// always does."
            ),
            isActive: settings.boolean(
                "active",
                default: false,
                "With FTP: the server connects to us for the data, as some old devices must."
            ),
            hostKey: settings.optionalString(
                "host_key",
                "With sftp://: the SHA-256 fingerprint of the server's key, as ssh-keygen -l shows it."
            ),
            certificateFile: settings.optionalPath(
                "ca_file",
                "A file of certificates to trust in place of the system's."
            ),
            verifiesCertificate: !isInsecure,
            timeout: settings.duration(
                "timeout",
                in: .seconds(1) ... .seconds(300),
                default: .seconds(30),
                "How long the server may take for a folder or a piece of a file."
            )
        )
        if access.username != nil, access.password == nil, access.key == nil {
            settings.report("a user needs a password: write password_file, or with sftp:// key_file", at: "username")
        }
        if access.key != nil, access.username == nil, settings.contains("key_file") {
            settings.report("a key needs a username", at: "key_file")
        }
        if access.key != nil, !url.hasPrefix("sftp://"), settings.contains("key_file") {
            settings.report("it is for sftp://", at: "key_file")
        }
        if url.hasPrefix("sftp://"), access.hostKey == nil, !isInsecure {
            settings.reportMissing(
                "host_key: missing; without it anybody could pretend to be the server",
                oneOf: ["host_key"]
            )
        }
        var trimmed = access
        if let key = access.hostKey, key.hasPrefix("SHA256:") { trimmed.hostKey = String(key.dropFirst(7)) }
        for key in [
            "username", "password_file", "key_file", "tls", "active", "host_key", "ca_file", "insecure", "timeout",
        ]
        where url.isEmpty && settings.contains(key) {
            settings.report("it is for a url", at: key)
        }
        return trimmed
    }
}
