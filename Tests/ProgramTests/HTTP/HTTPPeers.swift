import Foundation
import Testing

/// A device's web server in Python with the faults of such servers: `Tests/peers/http_device.py` says what it takes.
final class HTTPPeer {
    private let peer: Peer
    /// `127.0.0.1:PORT`.
    let host: String

    /// Starts it.
    ///
    /// - Parameter certificate: with TLS, by these two files.
    /// - Throws: when it cannot be started.
    init(certificate: [String] = []) throws {
        peer = try Peer(["/usr/bin/python3", PythonPeer.script("http_device.py")] + certificate)
        host = "127.0.0.1:\(peer.line())"
    }

    /// A source that reads it each second, as a meter of what the house draws.
    func meter(_ name: String) -> String {
        """
        [source.\(name)]
        type = "http"
        url = "http://\(host)/"
        role = "import"
        every = "1s"
        conditional = false
        fields = { wh_in = { path = "wh", unit = "Wh" }, w = { path = "w", unit = "W" } }
        """
    }

    /// What is answered at a path from now on.
    func serve(_ path: String, _ page: [String: Any]) throws {
        let order = page.merging(["path": path]) { _, path in path }
        peer.sendLine(String(decoding: try JSONSerialization.data(withJSONObject: order), as: UTF8.self))
        #expect(peer.line() == "ok")
    }

    /// What was asked so far: the path with its question, and the headers.
    func requests() throws -> [(path: String, headers: [String: String])] {
        peer.sendLine("requests")
        let all = try JSONSerialization.jsonObject(with: Data(peer.line().utf8)) as? [[Any]] ?? []
        return all.map { ($0[0] as? String ?? "", $0[1] as? [String: String] ?? [:]) }
    }

    /// How many requests were under way at once.
    func mostAtOnce() -> Int {
        peer.sendLine("most")
        return Int(peer.line()) ?? -1
    }
}
