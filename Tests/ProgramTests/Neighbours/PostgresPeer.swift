import Foundation
import Testing

/// A real PostgreSQL: `Tests/peers/postgres` says what it takes.
final class PostgresPeer {
    static let isThere =
        (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql"))?.isEmpty == false
        && FileManager.default.fileExists(atPath: "/usr/bin/psql")

    private let peer: Peer
    let port: String
    let folder: String

    init(_ settings: String...) throws {
        peer = try Peer([Installation.root + "/Tests/peers/postgres"] + settings)
        port = peer.line()
        folder = peer.line()
    }

    /// Has SQL carried out by the administrator in the box's database.
    func sql(_ text: String) -> [String] {
        peer.sendLine("sql " + text.split(whereSeparator: \.isNewline).joined(separator: " "))
        var lines: [String] = []
        while case let line = peer.line(), line != "." { lines.append(line) }
        return lines
    }

    /// Has a file of SQL carried out by the administrator, as psql does; in the box's database, which is made first.
    func psql(_ text: String, makesDatabase: Bool = false) throws -> (code: Int32, output: String) {
        let psql = ["/usr/bin/env", "PGPASSWORD=secret", "/usr/bin/psql", "-h", folder, "-p", port, "-U", "admin"]
        if makesDatabase {
            let made = try Peer.run(psql + ["-d", "postgres", "-c", "CREATE DATABASE boxenergie"])
            guard made.code == 0 else { return made }
        }
        return try Peer.run(psql + ["-d", "boxenergie", "-v", "ON_ERROR_STOP=1", "-f", "-"], input: text)
    }

    /// One of stop, start, freeze, thaw, fill and clear.
    func order(_ order: String) {
        #expect(peer.answer(to: order) == "ok")
    }

    /// The lines of an output to it.
    func output(_ box: Installation, password: String, _ more: String = "") -> String {
        """
        [output.hoster]
        type = "postgres"
        host = "localhost"
        port = \(port)
        username = "box"
        password_file = "\(password)"
        ca_file = "\(folder)/ca.crt"
        flush = "1s"
        \(more)
        """
    }
}

extension Installation {
    /// Runs `provision` for the output to it.
    func provision(
        _ config: String,
        _ more: String...,
        byAdministrator: Bool = false
    ) throws -> (code: Int32, output: String) {
        let admin = ["--admin", "admin", "--admin-password-file", "\(folder)/admin.password"]
        return try Peer.run(
            [program, "provision", "--config", config, "--output", "hoster"] + more + (byAdministrator ? admin : [])
        )
    }

    /// Writes lines into an output.
    func write(
        _ lines: String,
        to output: String,
        _ policy: String,
        _ config: String
    ) throws -> (code: Int32, output: String) {
        try run(
            "write",
            "--config",
            config,
            "--output",
            output,
            "--policy",
            policy,
            "--precision",
            "s",
            input: lines
        )
    }
}
