import Foundation
import InfluxOutput
import MeterCore
import Testing

/// The whole program, with an HTTP server that strangers reach: nothing comes in that should not, the device that
/// behaves is heard again, and other meters are read all the while.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct PushAttackTests {
    private static let token = "0123456789abcdef0123456789abcdef"
    private let box: Installation
    private let port = freePort()

    init() throws { box = try Installation() }

    private func configure(_ url: String, _ host: String, more: String = "") throws -> String {
        let token = try box.writeSecret("it", Self.token)
        return try box.configure(
            url,
            sources: """
                [source.it]
                type = "push"
                listen = "127.0.0.1:\(port)"
                token_file = "\(token)"
                measurement = "raw.it"
                posts_per_minute = 6000
                fields = { val = { path = "v" } }
                [source.other]
                type = "http"
                url = "http://\(host)/"
                measurement = "raw.other"
                every = "1s"
                conditional = false
                fields = { val = { path = "v" } }
                \(more)
                """
        )
    }

    @Test("whatever clients do, only good posts are stored, and another meter keeps its pace")
    func attacks() async throws {
        let server = try box.influxd()
        let url = server.line()
        let device = try HTTPPeer()
        try device.serve("/", ["body": "{\"v\": 2}"])
        let config = try configure(url, device.host)
        #expect(try box.run("provision", "--config", config).code == 0)
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try curl("http://127.0.0.1:\(port)/health").status == 200 })
        let client = try Peer([
            "/usr/bin/python3", PythonPeer.script("push_client.py"), "\(port)", "/push/it", Self.token,
        ])
        #expect(client.line() == "ready")
        func order(_ words: String) throws -> Any {
            client.sendLine(words)
            return try JSONSerialization.jsonObject(with: Data(client.line().utf8), options: .fragmentsAllowed)
        }
        func statuses(_ words: String) throws -> [Int] { try order(words) as? [Int] ?? [-1] }

        let start = Date()
        #expect(try order("post") as? Int == 204)
        let large = try #require(try order("large") as? [String: Int])
        // A client that is still sending may find the connection closed instead of the answer.
        #expect(large.values.allSatisfy { [413, 0].contains($0) }, "\(large)")
        #expect(try statuses("pipeline") == (0..<20).map { $0 % 2 == 0 ? 204 : 401 })
        for words in ["chunks", "both", "negative", "huge", "garbage"] {
            #expect(try statuses(words).allSatisfy { (400..<500).contains($0) }, "\(words)")
        }
        #expect(try statuses("short").isEmpty)
        #expect(try statuses("folded").allSatisfy { $0 == 431 || $0 == 413 || $0 == 400 })
        let traversal = try #require(try order("traversal") as? [[Int]])
        #expect(traversal.joined().allSatisfy { $0 == 404 || $0 == 400 }, "\(traversal)")
        #expect(try statuses("rounds").allSatisfy { $0 == 204 })
        let crowd = try #require(try order("crowd") as? [String: Any])
        #expect(crowd["status"] as? Int == 204, "\(crowd)")
        #expect(crowd["open"] as? Int ?? 0 > 500, "\(crowd)")
        let loris = try #require(try order("loris") as? Double)
        #expect(loris < 60, "a request that never ends is cut off")
        #expect(try order("post") as? Int == 204)
        let seconds = Date().timeIntervalSince(start)

        // Read once a second; a loaded machine may lose some.
        let reads = try device.requests().count
        #expect(Double(reads) > seconds / 3, "\(reads) readings in \(seconds) s")
        let status = try box.status(config)
        #expect(status.contains(#/posts? refused/#) && status.contains(#/posts? without its token/#), "\(status)")
        #expect(daemon.terminate().code == 0)
        let rows = try await box.rows(url, "SELECT * FROM raw.it")
        #expect(!rows.isEmpty && rows.allSatisfy { $0["val"] == .integer(1) })
    }

    @Test("a device is added and taken away while the program runs, and read looks at it beside the program")
    func reload() async throws {
        let server = try box.influxd()
        let url = server.line()
        let device = try HTTPPeer()
        try device.serve("/", ["body": "{\"v\": 2}"])
        let second = try box.writeSecret("second", String(Self.token.reversed()))
        let more = """
            [source.second]
            type = "push"
            listen = "127.0.0.1:\(port)"
            token_file = "\(second)"
            format = "line"
            measurements = ["raw.second"]
            """
        let config = try configure(url, device.host)
        #expect(try box.run("provision", "--config", config).code == 0)
        let daemon = try box.start("run", "--config", config)
        func post(_ name: String, _ token: String, _ body: String) throws -> Int {
            try curl("http://127.0.0.1:\(port)/push/\(name)?token=\(token)", body: body).status
        }
        let other = String(Self.token.reversed())
        #expect(try await eventually { try post("it", Self.token, "{\"v\": 1}") == 204 })
        #expect(try post("second", other, "second v=3") == 401)
        _ = try configure(url, device.host, more: more)
        #expect(kill(daemon.identifier, SIGHUP) == 0)
        #expect(try await eventually { try post("second", other, "second v=3") == 204 })
        #expect(try post("it", Self.token, "{\"v\": 1}") == 204)
        // The daemon has the port: `read` asks it for what comes meanwhile.
        let posts = "for i in 1 2 3 4 5 6 7 8; do sleep 0.3; curl -s -d '{\"v\": 1.25}' \"$0\"; done & exec \"$@\""
        let address = "http://127.0.0.1:\(port)/push/it?token=\(Self.token)"
        let read = [box.program, "read", "it", "--seconds", "4", "--config", config]
        let text = try Peer.run(["/bin/sh", "-c", posts, address] + read)
        #expect(text.code == 0 && text.output.contains("it: it\n  val 1.25"), "\(text.output)")
        let influx = try Peer.run(["/bin/sh", "-c", posts, address] + read + ["--format", "influx"])
        #expect(influx.code == 0 && influx.output.contains("it,site=maison,source=it val=1.25 "), "\(influx.output)")
        let silent = try box.run("read", "it", "--seconds", "1", "--config", config)
        #expect(silent.code == 69 && silent.output.contains("read nothing of it in 1 s"), "\(silent.output)")
        let unknown = try box.run("read", "second", "--seconds", "1", "--config", config)
        #expect(unknown.code == 69, "\(unknown.output)")
        _ = try configure(url, device.host)
        #expect(kill(daemon.identifier, SIGHUP) == 0)
        #expect(try await eventually { try post("second", other, "second v=3") == 401 })
        #expect(try post("it", Self.token, "{\"v\": 1}") == 204)
        #expect(daemon.terminate().code == 0)
        #expect(try await box.rows(url, "SELECT * FROM raw.second").count >= 1)
        // Without the daemon `read` listens itself.
        let reader = try box.start("read", "it", "--seconds", "20", "--format", "influx", "--config", config)
        #expect(try await eventually { try post("it", Self.token, "{\"v\": 1.5}") == 204 })
        #expect(reader.line().hasPrefix("it,site=maison,source=it val=1.5 "))
    }
}
