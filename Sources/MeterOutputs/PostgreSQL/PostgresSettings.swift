import MeterCore
import MeterNotation

/// The settings of a PostgreSQL server.
struct PostgresSettings: Sendable {
    /// The trust in the server.
    enum TLS: String, Sendable, CaseIterable {
        /// It must show a certificate that is trusted and for its name.
        case verify
        /// No encryption at all, for a server on this machine.
        case off
    }

    /// The name of the output, `NAME` in `[output.NAME]`.
    var output: String
    /// Key `host`: a name or an address, or the folder of a Unix socket; `127.0.0.1` by default.
    var host: String
    /// Key `port`: 5432 by default.
    var port: Int
    /// Key `database`: `boxenergie` by default.
    var database: String
    /// Key `username`: the user that writes, `boxenergie` by default.
    var username: String
    /// Key `password_file`, or systemd's credential `NAME-password`; `nil` where the server asks for none.
    var password: Secret?
    /// Key `tls`: `verify` by default.
    var tls: TLS
    /// Key `ca_file`: certificates to trust, in PEM; by default the system's.
    var certificateFile: String

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        output = settings.name
        host = settings.string(
            "host",
            default: "127.0.0.1",
            "The server's name or address, or the folder of its socket on this machine."
        )
        if host.isEmpty || host.contains(where: { "@,?# ".contains($0) }) || host.contains("://") {
            settings.report("expected a name such as \"db.example.org\", found \"\(host)\"", at: "host")
        }
        port = settings.integer("port", in: 1...65_535, default: 5432, "The server's port.")
        database = settings.string("database", default: "boxenergie", "The database that the readings are written to.")
        username = settings.string("username", default: "boxenergie", "The user that writes.")
        password = settings.secretFile(
            credential: "\(settings.name)-password",
            "A file with that user's password, and nothing else."
        )
        tls = settings.choice(
            "tls",
            default: .verify,
            "With verify the server must show a certificate for its name; off is for one on this machine."
        )
        certificateFile = settings.path(
            "ca_file",
            default: "/etc/ssl/certs/ca-certificates.crt",
            "A file of certificates to trust in place of the system's."
        )
    }

    /// `PostgreSQL at db.example.org:5432`.
    var server: String {
        let place = isLocalSocket ? "\(host)/.s.PGSQL.\(port)" : NetworkAddress(host: host, port: port).description
        return said("PostgreSQL at \(place)")
    }

    private var isLocalSocket: Bool { host.hasPrefix("/") }

    /// The words by which libpq connects.
    ///
    /// All that it would otherwise look for in the environment and in files is said: nothing of the machine's user counts.
    ///
    /// - Parameters:
    ///   - user: the user's name; the configured one by default.
    ///   - password: the password; `nil` for none.
    ///   - database: the database's name; the configured one by default.
    /// - Returns: each word with its value.
    func words(user: String? = nil, password: String?, database: String? = nil) -> [(String, String)] {
        var words = [
            ("host", host), ("port", "\(port)"), ("dbname", database ?? self.database), ("user", user ?? username),
            ("application_name", "boxenergie"), ("client_encoding", "UTF8"), ("passfile", "/dev/null"),
            // Tickets of a network's own log-in, for which libpq would look all over the place.
            ("gssencmode", "disable"), ("keepalives_idle", "60"), ("keepalives_interval", "15"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "30000"),
        ]
        switch tls {
        case .off: words.append(("sslmode", "disable"))
        case .verify where isLocalSocket: words.append(("sslmode", "disable"))
        case .verify: words += [("sslmode", "verify-full"), ("sslrootcert", certificateFile)]
        }
        if let password { words.append(("password", password)) }
        return words
    }
}
