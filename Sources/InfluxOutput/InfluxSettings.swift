public import MeterCore

/// An InfluxDB server and how to speak to it.
public struct InfluxSettings: Sendable {
    public var url = "http://127.0.0.1:8086"
    public var database = "boxenergie"
    public var username: String?
    public var password: Secret?
    public var certificateFile: String?
    /// Where the server keeps its files when it is this very machine.
    public var dataDirectory = "/var/lib/influxdb"

    /// The defaults.
    public init() {}

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        url = settings.string("url", default: url, "The server's address, http or https.")
        if !url.hasPrefix("http://"), !url.hasPrefix("https://") {
            settings.report("expected an address such as \"http://127.0.0.1:8086\", found \"\(url)\"", at: "url")
        } else if url.contains("@") {
            settings.report(
                "the address must not contain a user or password; use username and password_file",
                at: "url"
            )
        }
        while url.hasSuffix("/") { url.removeLast() }
        database = settings.string("database", default: database, "The database that the readings are written to.")
        username = settings.optionalString("username", "The user that writes, when the server asks for one.")
        password = settings.secretFile(
            credential: "influx-password",
            "A file with that user's password, and nothing else."
        )
        certificateFile = settings.optionalPath("ca_file", "A file of certificates to trust in place of the system's.")
        dataDirectory = settings.path(
            "data_directory",
            default: dataDirectory,
            "Where a server on this machine keeps its files, to watch how large the database grows."
        )
    }

    /// Whether the server is this very machine, where compressing only costs time.
    public var isLocal: Bool {
        ["://127.", "://localhost", "://[::1]"].contains { url.contains($0) }
    }
}
