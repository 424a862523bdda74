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

    /// One of stop, start, freeze, thaw, fill and clear.
    func order(_ order: String) {
        peer.sendLine(order)
        #expect(peer.line() == "ok")
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
