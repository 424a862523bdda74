import Foundation
import MeterCore
import MeterSources
import Testing

/// A real mosquitto: `Tests/peers/mosquitto` says what it takes.
final class MQTTPeer {
    static let isThere = ["/usr/sbin/mosquitto", "/usr/bin/mosquitto"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private let peer: Peer
    let port: String

    init(_ settings: String...) throws {
        peer = try Peer([Installation.root + "/Tests/peers/mosquitto"] + settings)
        port = peer.line()
        peer.sendLine("folder")
        folder = peer.line()
    }

    func stop() { peer.sendLine("stop") }

    func start() {
        peer.sendLine("start")
        #expect(peer.line() == port)
    }

    /// Stops it as it is, with its connections open.
    func freeze() { peer.sendLine("freeze") }

    /// Lets it go on.
    func thaw() { peer.sendLine("thaw") }

    /// All that the broker keeps, by topic.
    func allKept(_ filter: String = "#", user: [String] = []) throws -> [String: String] {
        let command = ["/usr/bin/mosquitto_sub", "-p", port, "-t", filter, "-F", "%t %p", "-W", "2", "--retained-only"]
        // In the end it says that its time is over.
        let lines = try Peer.run(command + user).output.split(separator: "\n").filter { $0 != "Timed out" }
        return Dictionary(
            lines.map { line in
                let words = line.split(separator: " ", maxSplits: 1)
                return (String(words[0]), words.count > 1 ? String(words[1]) : "")
            }
        ) { _, new in new }
    }

    /// The broker's folder.
    let folder: String

    /// What it has written down so far.
    var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

    /// Subscriptions that it has confirmed.
    var subscriptions: Int { log.matches(of: #/boxenergie-\S+ [012] /#).count }

    /// Publishes with mosquitto_pub.
    func publish(_ topic: String, _ payload: String, _ options: String...) throws {
        let end = payload.isEmpty ? ["-n"] : ["-s"]
        let command = ["/usr/bin/mosquitto_pub", "-h", "127.0.0.1", "-p", port, "-t", topic] + options + end
        let result = try Peer.run(command, input: payload)
        #expect(result.code == 0, "\(result.output)")
    }

    /// Publishes each line as a message, as fast as it can.
    func publishLines(_ topic: String, _ lines: String, quality: Int) throws {
        let command = ["/usr/bin/mosquitto_pub", "-p", port, "-t", topic, "-q", "\(quality)", "-l"]
        let result = try Peer.run(command, input: lines)
        #expect(result.code == 0, "\(result.output)")
    }

    /// What the broker keeps for a topic.
    func kept(_ topic: String) throws -> String {
        let command = ["/usr/bin/mosquitto_sub", "-p", port, "-t", topic, "-C", "1", "-W", "10", "--retained-only"]
        return try Peer.run(command).output.trimmingCharacters(in: .newlines)
    }
}

/// Runs a source until something is so, once it hears the broker and the broker knows what it wants.
func whileHearing(_ run: SourceRun, _ broker: MQTTPeer, _ body: () async throws -> Void) async throws {
    let before = broker.subscriptions
    let task = Task { await run.run() }
    defer { task.cancel() }
    try await wait { run.status.device != nil && broker.subscriptions > before }
    try await body()
}
