import Foundation
import InfluxOutput
import Testing

/// A centre beside the test: a real InfluxDB that asks for users, behind a door with TLS.
final class CentrePeer {
    /// The folder and the program of the centre's machine.
    let machine: Installation
    /// Its InfluxDB.
    let server: Peer
    /// The door.
    let door: Peer
    /// The address of InfluxDB on the centre's own machine.
    let inside: String
    /// The address of the door.
    let outside: String
    /// Path of `central.toml`.
    let config: String
    private static let admin = "admin's password"

    /// Sets it up as `install.sh --central` does.
    init() throws {
        let machine = try Installation()
        self.machine = machine
        server = try machine.influxd("--auth")
        inside = server.line()
        try Self.makeCertificate("first", in: machine.folder)
        let files = ["first.crt", "first.key"].map { machine.folder + "/" + $0 }
        door = try Peer(["/usr/bin/python3", Installation.root + "/Tests/peers/tls_door.py"] + files + [inside])
        outside = door.line()
        let password = try machine.writeSecret("admin", Self.admin)
        config = machine.folder + "/central.toml"
        let text = """
            state = "\(machine.folder)/state"
            [influx]
            url = "\(inside)"
            database = "parc"
            [central]
            url = "\(outside)"
            pin = "\(try Self.pin(of: machine.folder + "/first.crt"))"
            admin_password_file = "\(password)"
            """
        try text.write(toFile: config, atomically: true, encoding: .utf8)
        let reader = try machine.writeSecret("reader", "read")
        let made = try machine.run(
            "provision",
            "--config",
            config,
            "--admin",
            "admin",
            "--admin-password-file",
            password,
            "--create-admin",
            "--reader",
            "reader:\(reader)"
        )
        #expect(made.code == 0, "\(made.output)")
    }

    /// Makes a certificate that nobody signed, `NAME.crt`, with the key of another one or a new one, `NAME.key`.
    static func makeCertificate(_ name: String, like other: String? = nil, in folder: String) throws {
        let key = "\(folder)/\(name).key"
        if let other {
            try FileManager.default.copyItem(atPath: "\(folder)/\(other).key", toPath: key)
        } else {
            let made = try Peer.run(
                ["/usr/bin/openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key]
            )
            try #require(made.code == 0, "\(made.output)")
        }
        let signed = try Peer.run(
            ["/usr/bin/openssl", "req", "-x509", "-new", "-key", key, "-days", "30", "-subj", "/CN=\(name)", "-out"]
                + ["\(folder)/\(name).crt"]
        )
        try #require(signed.code == 0, "\(signed.output)")
    }

    /// The pin of a certificate, made as the README and the installer do.
    static func pin(of certificate: String) throws -> String {
        let steps =
            "openssl x509 -pubkey -noout -in \(certificate) | openssl pkey -pubin -outform der "
            + "| openssl dgst -sha256 -binary | base64"
        return try Peer.run(["/bin/sh", "-c", steps]).output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Shows another certificate, and ends the connections that there are.
    func show(_ name: String) {
        #expect(door.answer(to: "use \(machine.folder)/\(name).crt \(machine.folder)/\(name).key") == "used")
        #expect(door.answer(to: "close") == "closed")
    }

    /// Adds a box.
    ///
    /// - Returns: the path of its file.
    func add(_ name: String, _ more: String...) throws -> String {
        let file = "\(machine.folder)/\(name)-\(UUID().uuidString.prefix(8)).join"
        let done = try Peer.run([machine.program, "central", "add", name, file, "--config", config] + more)
        #expect(done.code == 0, "\(done.output)")
        return file
    }

    /// What `central list` says.
    func list() throws -> String { try machine.run("central", "list", "--config", config).output }

    /// Asks its database, as the administrator.
    func rows(_ question: String) async throws -> [[String: InfluxValue]] {
        var settings = InfluxSettings()
        settings.url = inside
        let client = InfluxClient(settings, user: "admin", password: Self.admin)
        return try await client.query(question, database: "parc").flatMap(\.rows)
    }

    /// Writes lines into its database as the administrator, whatever they say.
    func write(_ lines: Data, policy: String) throws {
        let file = "\(machine.folder)/lines-\(UUID().uuidString)"
        try lines.write(to: URL(fileURLWithPath: file))
        let url = "\(inside)/write?db=parc&rp=\(policy)&precision=s"
        let user = ["--user", "admin:\(Self.admin)", "--data-binary", "@\(file)"]
        #expect(try Peer.run(["/usr/bin/curl", "--silent", "--fail", url] + user).code == 0)
    }

    /// The times of the quarters that it has of a box.
    func quarters(of word: String) async throws -> [Int64] {
        try await rows("SELECT import_wh FROM \"m15\".\"energy\" WHERE box = '\(word)'").compactMap { row in
            if case .integer(let time)? = row["time"] { time } else { nil }
        }
    }
}
