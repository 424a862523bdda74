import Foundation
import Glibc
import InfluxOutput
import MeterCore
import MeterSources
import Testing

/// What brokers do: away and back, TLS, passwords, messages kept, sent twice or far too many.
@Suite(.mayBlock, .enabled(if: MQTTPeer.isThere, "mosquitto is not installed"), .timeLimit(.minutes(10)))
struct MQTTBrokerTests {
    private let box: Installation

    init() throws { box = try Installation() }

    private static let simple = "topics = [\"a/{x}\"]\nmeasurement = \"raw.m\"\nfields = { val = { path = \"v\" } }\n"

    private func source(_ broker: String, _ more: String = "") -> SourceRun {
        SourceRun(MQTTSource.self, name: "it", "broker = \"\(broker)\"\n" + Self.simple + more)
    }

    @Test("messages that the broker kept are left out, or marked; an empty one says nothing")
    func retained() async throws {
        let broker = try MQTTPeer()
        try broker.publish("a/old", #"{"v": 1}"#, "-r")
        let skipping = source("mqtt://127.0.0.1:\(broker.port)")
        try await whileHearing(skipping, broker) {
            try await wait { skipping.status.quality["messages kept from before"] == 1 }
            try broker.publish("a/new", #"{"v": 2}"#, "-r")
            try await wait { !skipping.all.isEmpty }
        }
        #expect(skipping.all.map(lineText) == ["m,x=new val=2"])
        try broker.publish("a/new", "", "-r")
        let marking = source("mqtt://127.0.0.1:\(broker.port)", "retained = \"mark\"")
        try await whileHearing(marking, broker) {
            try broker.publish("a/new", #"{"v": 3}"#)
            try await wait { marking.all.count >= 2 }
        }
        #expect(marking.all.map(lineText) == ["m,x=old val=1,retained=true", "m,x=new val=3"])
    }

    @Test("what comes twice, at once, counts once")
    func duplicates() async throws {
        let broker = try MQTTPeer()
        let run = source("mqtt://127.0.0.1:\(broker.port)")
        try await whileHearing(run, broker) {
            try broker.publishLines("a/b", String(repeating: "{\"v\": 1}\n", count: 5), quality: 1)
            try broker.publish("a/c", #"{"v": 1}"#)
            try await wait { run.all.contains { lineText($0).contains("x=c") } }
            try await wait { run.status.quality["messages sent twice"] != nil }
        }
        let first = run.all.filter { lineText($0) == "m,x=b val=1" }.count
        #expect(first + (run.status.quality["messages sent twice"] ?? 0) == 5 && first < 5)
    }

    @Test("a message that would fill the memory is not even received, and a name of one endless character is cut")
    func enormous() async throws {
        let broker = try MQTTPeer()
        let config = box.folder + "/boxenergie.toml"
        // A machine that was just started would keep the reading until it is sure of the date.
        let head = "state = \"\(box.folder)\"\nclock_has_battery = true\n[influx]\nurl = \"http://127.0.0.1:1\"\n"
        let source = "[source.it]\ntype = \"mqtt\"\nbroker = \"mqtt://127.0.0.1:\(broker.port)\"\n"
        try write(head + source + Self.simple, to: config)
        let file = box.folder + "/enormous"
        #expect(FileManager.default.createFile(atPath: file, contents: Data(count: 150 << 20)))
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try box.status(config).contains("hears the broker") })
        let sent = try Peer.run(["/usr/bin/mosquitto_pub", "-p", broker.port, "-t", "a/b", "-q", "1", "-f", file])
        #expect(sent.code == 0, "\(sent.output)")
        try broker.publish("a/e" + String(repeating: "\u{301}", count: 10_000), #"{"v": 1}"#)
        #expect(try await eventually { try box.status(config).contains(" 1 reading,") })
        let status = try String(contentsOfFile: "/proc/\(daemon.identifier)/status", encoding: .utf8)
        let peak = try #require(status.firstMatch(of: /VmHWM:\s+([0-9]+) kB/).flatMap { Int($0.1) })
        #expect(peak < 100_000, "\(peak) kB at most")
        #expect(daemon.terminate().code == 0)
        let waiting = try box.run("spool", "export", "--config", config).output.split(separator: "\n")
        let line = try #require(waiting.first { $0.hasPrefix("m,") }, "\(waiting.count) lines")
        #expect(line.utf8.count < 250)
    }

    @Test("a message that would fill the memory is not taken from an old broker, which is told so; the others are")
    func enormousOld() async throws {
        let broker = try MQTTPeer()
        let file = box.folder + "/enormous"
        #expect(FileManager.default.createFile(atPath: file, contents: Data(count: 100 << 20)))
        // Kept by the broker: it comes at each start.
        let kept = ["/usr/bin/mosquitto_pub", "-p", broker.port, "-t", "a/kept", "-q", "1", "-r", "-f", file]
        #expect(try Peer.run(kept).code == 0)
        let door = try Peer(["/usr/bin/python3", Installation.root + "/Tests/peers/old_door.py", broker.port])
        let config = box.folder + "/boxenergie.toml"
        let head = "state = \"\(box.folder)\"\nclock_has_battery = true\n[influx]\nurl = \"http://127.0.0.1:1\"\n"
        let source = "[source.it]\ntype = \"mqtt\"\nbroker = \"mqtt://127.0.0.1:\(door.line())\"\n"
        try write(head + source + Self.simple, to: config)
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try box.status(config).contains("hears the broker") })
        for quality in ["0", "1", "2"] {
            let sent = ["/usr/bin/mosquitto_pub", "-p", broker.port, "-t", "a/b", "-q", quality, "-f", file]
            #expect(try Peer.run(sent).code == 0)
            try broker.publish("a/e", "{\"v\": \(quality)}", "-q", quality)
            let count = (Int(quality) ?? 0) + 1
            #expect(try await eventually { try box.status(config).contains(" \(count) reading") })
        }
        #expect(try await eventually { try box.status(config).contains("4 messages too large") })
        let status = try String(contentsOfFile: "/proc/\(daemon.identifier)/status", encoding: .utf8)
        let peak = try #require(status.firstMatch(of: /VmHWM:\s+([0-9]+) kB/).flatMap { Int($0.1) })
        #expect(peak < 100_000, "\(peak) kB at most")
        #expect(daemon.terminate().code == 0)
        withExtendedLifetime(door) {}
    }

    @Test("a broker that knows only MQTT 3.1.1 is spoken to in that")
    func old() async throws {
        let broker = try Peer(["/usr/bin/python3", Installation.root + "/Tests/peers/old_broker.py"])
        let run = source("mqtt://127.0.0.1:\(broker.line())")
        let task = Task { await run.run() }
        try await wait { !run.all.isEmpty }
        #expect(run.all.map(lineText) == ["m,x=old val=4"] && run.status.errors == 0)
        task.cancel()
        await task.value
        withExtendedLifetime(broker) {}
    }

    @Test("a broker that allows less silence than we would is pinged in time")
    func silence() async throws {
        // The least that mosquitto takes; it throws out who says nothing for half as long again.
        let broker = try MQTTPeer("max_keepalive 10", "log_type debug")
        let run = source("mqtt://127.0.0.1:\(broker.port)")
        try await whileHearing(run, broker) {
            try await wait { broker.log.contains("PINGREQ from boxenergie") || run.status.errors > 0 }
        }
        #expect(run.status.errors == 0 && run.status.reconnects == 0, "\(run.status.lastError ?? "")")
    }

    @Test("with TLS the broker must be who it says, and a password must be right")
    func trust() async throws {
        let password = try box.writeSecret("mqtt", "pass wort")
        let users = box.folder + "/users"
        #expect(try Peer.run(["/usr/bin/mosquitto_passwd", "-b", "-c", users, "box", "pass wort"]).code == 0)
        chmod(users, 0o644)
        let broker = try MQTTPeer("tls", "allow_anonymous false", "password_file \(users)")
        let authority = "ca_file = \"\(broker.folder)/ca.crt\"\n"
        let user = "username = \"box\"\npassword_file = \"\(password)\"\n"
        let good = source("mqtts://localhost:\(broker.port)", authority + user)
        try await whileHearing(good, broker) {}
        #expect(good.status.errors == 0, "\(good.status.lastError ?? "")")
        let wrongPassword = try box.writeSecret("wrong", "other")
        let cases = [
            ("mqtts://localhost", user, "shows a certificate that is not trusted"),
            ("mqtts://127.0.0.1", authority + user, "shows a certificate that is not trusted"),
            ("mqtts://localhost", authority, "refuses the user name or the password"),
            (
                "mqtts://localhost", authority + "username = \"box\"\npassword_file = \"\(wrongPassword)\"",
                "refuses the user name or the password"
            ),
            ("mqtt://localhost", user, "closed the connection"),
            ("mqtts://localhost", "ca_file = \"/nowhere/ca.crt\"\n" + user, "cannot read the certificates"),
        ]
        for (address, settings, words) in cases {
            let run = source("\(address):\(broker.port)", settings)
            let task = Task { await run.run() }
            defer { task.cancel() }
            try await wait { run.status.lastError != nil }
            #expect(run.status.lastError?.contains(words) == true, "\(run.status.lastError ?? "")")
            #expect(run.status.lastError?.contains("pass wort") == false)
        }
        let trusting = source("mqtts://127.0.0.1:\(broker.port)", "insecure = true\n" + user)
        try await whileHearing(trusting, broker) {}
    }

    @Test(
        "a broker that is none is said",
        arguments: [
            ("mqtt://127.0.0.1:9", "nothing answers at"), ("mqtt://no-such-machine.invalid", "no machine is called"),
        ]
    )
    func absent(address: String, words: String) async throws {
        let run = source(address)
        let task = Task { await run.run() }
        defer { task.cancel() }
        try await wait { run.status.lastError != nil }
        #expect(run.status.lastError?.contains(words) == true, "\(run.status.lastError ?? "")")
    }

    @Test("far too many messages are bounded in time and memory, and each is counted")
    func flood() async throws {
        let broker = try MQTTPeer("max_queued_messages 0")
        let run = source("mqtt://127.0.0.1:\(broker.port)", "messages_per_second = 200")
        let count = 100_000
        try await whileHearing(run, broker) {
            let lines = (0..<count).map { "{\"v\": \($0)}" }.joined(separator: "\n")
            try broker.publishLines("a/b", lines, quality: 0)
            try await wait { run.all.count + (run.status.quality["messages too many"] ?? 0) >= count }
        }
        #expect(run.all.count + (run.status.quality["messages too many"] ?? 0) == count)
        #expect(run.all.count >= 2000 && run.all.count < count)
    }
}
