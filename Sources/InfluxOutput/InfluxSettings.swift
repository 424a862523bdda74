public import MeterCore
import MeterIO
import MeterNotation

/// The keys of an InfluxDB server: its address, its user and its trust.
public struct InfluxSettings: Sendable {
    /// The names of measurements at the server.
    public enum Names: String, Sendable, CaseIterable {
        /// As they are, each in its retention policy.
        case plain
        /// With the policy before them, `m15_energy`, for an engine that has none: there the same name of two policies
        /// would be one series, and its sums would be added up several times.
        case policy
    }

    /// Key `url`: http or https, without a user in it; a slash at its end is dropped.
    ///
    /// `http://127.0.0.1:8086` by default, a server on this machine.
    public var url = "http://127.0.0.1:8086"
    /// Key `database`: `boxenergie` by default.
    public var database = "boxenergie"
    /// Key `username`: the user that writes; `nil` where the server asks for none.
    public var username: String?
    /// Key `password_file`, or else systemd's credential `influx-password`; `nil` without either.
    public var password: Secret?
    /// Key `token_file`: the token of InfluxDB 2 and 3, in place of a user; `nil` without.
    public var token: Secret?
    /// Key `names`: `plain` by default.
    public var names = Names.plain
    /// Key `ca_file`: certificates to trust in place of the system's, in PEM; `nil` for the system's.
    public var certificateFile: String?
    /// Key `pin`: the SHA-256 of the server's public key in base64, by which alone it is known; `nil` to trust certificates.
    public var pinnedKey: String?
    /// Key `joined_as`: the name by which a centre knows this box; `nil` for a server that is no centre.
    public var joinedAs: String?
    /// Key `data_directory`: the folder of the server's files on this very machine, to watch the database grow.
    ///
    /// `/var/lib/influxdb` by default, where Debian's package puts them.
    public var dataDirectory = "/var/lib/influxdb"

    /// The tag `box` of the points that are read; `nil` for the points of any box.
    ///
    /// No key: the output's queue says whether its points have it.
    public var box: String?

    /// Makes settings with the defaults: a server on this machine that asks for no user.
    public init() {}

    /// Reads the section; problems, such as an address that holds a password, go to its diagnostics.
    public init(settings: ConfigSection) {
        url = settings.string("url", default: url, "The server's address, http or https.")
        if !url.hasPrefix("http://"), !url.hasPrefix("https://") {
            settings.report("expected an address such as \"http://127.0.0.1:8086\", found \"\(url)\"", at: "url")
        } else if url.contains("?") || url.contains("#") {
            settings.report("the address must end before ? and #; what is asked there is the box's own", at: "url")
        } else if url.contains("@") {
            settings.report(
                "the address must not contain a user or password; use username and password_file",
                at: "url"
            )
        } else if url.contains("?") {
            settings.report("the address has no \"?\" and nothing behind it: each write adds its own", at: "url")
        } else {
            settings.refuseImpossible("url", url)
        }
        while url.hasSuffix("/") { url.removeLast() }
        database = settings.string("database", default: database, "The database that the readings are written to.")
        username = settings.optionalString("username", "The user that writes, when the server asks for one.")
        password = settings.secretFile(
            credential: "influx-password",
            "A file with that user's password, and nothing else."
        )
        token = settings.secretFile(
            "token_file",
            credential: "\(settings.name)-token",
            "A file with a token, and nothing else, in place of a user: InfluxDB 2 and 3."
        )
        if token != nil, username != nil { settings.report("either a token or a username", at: "token_file") }
        names = settings.choice(
            "names",
            default: names,
            "With policy, m15_energy in place of energy in the policy m15, and no texts: VictoriaMetrics, InfluxDB 3."
        )
        certificateFile = settings.optionalPath("ca_file", "A file of certificates to trust in place of the system's.")
        pinnedKey = settings.pinnedKey(
            "pin",
            besides: ["ca_file"],
            "The SHA-256 of the server's public key in base64: it is known by its key, whoever signed its certificate."
        )
        joinedAs = settings.optionalString(
            "joined_as",
            "The name by which a centre knows this box; boxenergie join writes it."
        )
        dataDirectory = settings.path(
            "data_directory",
            default: dataDirectory,
            "Where a server on this machine keeps its files, to watch how large the database grows."
        )
    }

    /// The server's host and port, as the address has them.
    var place: String { serverName(url) }

    /// True when the server is this very machine.
    public var isLocal: Bool { isOfThisMachine(url) }
}
