import Foundation
import Glibc
import InfluxOutput
import MeterCore
import Testing

/// The whole program beside a broker that goes away, comes back and floods it, with another meter to be read meanwhile.
@Suite(.mayBlock, .enabled(if: MQTTPeer.isThere, "mosquitto is not installed"), .timeLimit(.minutes(10)))
struct MQTTProgramTests {
    private let box: Installation

    init() throws { box = try Installation() }

    private func configure(_ url: String, _ broker: MQTTPeer, _ host: String, more: String = "") throws -> String {
        try box.configure(
            url,
            sources: """
                [source.it]
                type = "mqtt"
                broker = "mqtt://127.0.0.1:\(broker.port)"
                topics = ["a/{x}"]
                measurement = "raw.it"
                status_topic = "box/status"
                fields = { val = { path = "v" } }
                \(more)
                [source.other]
                type = "http"
                url = "http://\(host)/"
                measurement = "raw.other"
                every = "1s"
                conditional = false
                fields = { val = { path = "v" } }
                """
        )
    }

    /// The most memory that a process has had, in kB.
    private func memory(_ process: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return line.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }

    @Test("an outage and a flood are this source's trouble alone, are said and counted, and take no memory")
    func troubles() async throws {
        let server = try box.influxd()
        let url = server.line()
        let device = try HTTPPeer()
        try device.serve("/", ["body": "{\"v\": 2}"])
        let broker = try MQTTPeer("max_queued_messages 0")
        let config = try configure(url, broker, device.host)
        let check = try box.run("check", config)
        #expect(check.code == 0, "\(check.output)")
        #expect(try box.run("provision", "--config", config).code == 0)
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try box.status(config).contains("it: reading") })
        #expect(try broker.kept("box/status") == "online")
        try broker.publish("a/first", #"{"v": 1}"#, "-q", "1")
        #expect(try await eventually { try await !box.rows(url, "SELECT * FROM raw.it").isEmpty })

        let start = Date()
        let before = try device.requests().count
        broker.stop()
        #expect(try await eventually { try box.status(config).contains("nothing answers at 127.0.0.1:\(broker.port)") })
        broker.start()
        #expect(
            try await eventually {
                try broker.publish("a/second", #"{"v": 2}"#, "-q", "1")
                return try await !box.rows(url, "SELECT * FROM raw.it WHERE x = 'second'").isEmpty
            }
        )
        let calm = try memory(daemon.identifier)
        let lines = (0..<50_000).map { "{\"v\": \($0)}" }.joined(separator: "\n")
        for quality in [0, 1] { try broker.publishLines("a/flood", lines, quality: quality) }
        try broker.publish("a/last", #"{"v": 3}"#, "-q", "1")
        #expect(try await eventually { try box.status(config).contains("messages too many") })
        #expect(try memory(daemon.identifier) - calm < 20_000, "kB more for a hundred thousand messages")
        #expect(
            try await eventually {
                try broker.publish("a/after", #"{"v": 4}"#, "-q", "1")
                return try await !box.rows(url, "SELECT * FROM raw.it WHERE x = 'after'").isEmpty
            }
        )
        let seconds = Date().timeIntervalSince(start)
        #expect(Double(try device.requests().count - before) > seconds / 3, "the other meter in \(seconds) s")

        // A look beside the program throws nobody out.
        let reconnections = try box.status(config).contains("1 reconnection\n")
        #expect(reconnections)
        let reader = try box.start("read", "it", "--seconds", "20", "--format", "influx", "--config", config)
        // It asks the box, which is told again and again until it has surely asked.
        for _ in 0..<20 {
            try broker.publish("a/look", #"{"v": 5}"#, "-q", "1")
            try await Task.sleep(for: .milliseconds(500))
        }
        #expect(reader.line().hasPrefix("it,site=maison,source=it,x=look val=5 "))
        #expect(try box.status(config).contains("1 reconnection\n"))
        #expect(try broker.kept("box/status") == "online")

        // Other topics from now on.
        let changed = try String(contentsOfFile: config, encoding: .utf8).replacing("a/{x}", with: "b/{x}")
        try changed.write(toFile: config, atomically: true, encoding: .utf8)
        #expect(kill(daemon.identifier, SIGHUP) == 0)
        #expect(
            try await eventually {
                try broker.publish("b/third", #"{"v": 6}"#, "-q", "1")
                return try await !box.rows(url, "SELECT * FROM raw.it WHERE x = 'third'").isEmpty
            }
        )
        // Gone without a word: the broker tells.
        daemon.kill()
        #expect(try await eventually { try broker.kept("box/status") == "offline" })
    }
}
