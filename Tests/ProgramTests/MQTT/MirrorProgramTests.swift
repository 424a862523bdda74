import Foundation
import Glibc
import InfluxOutput
import MeterCore
import Testing

@testable import boxenergie

/// The whole program and a broker that it shows a meter to: a real mosquitto, which goes away in every way there is.
@Suite(.mayBlock, .enabled(if: MQTTPeer.isThere, "mosquitto is not installed"), .timeLimit(.minutes(15)))
struct MirrorProgramTests {
    private let box: Installation
    private let device: HTTPPeer
    private let server: Peer
    private let url: String

    init() throws {
        box = try Installation()
        device = try HTTPPeer()
        server = try box.influxd()
        url = server.line()
    }

    private static let total = "boxenergie/maison/compteur/import_wh"
    private static let power = "boxenergie/maison/compteur/import_w"

    /// A meter that is read each second, and these outputs.
    private func configure(_ outputs: String, state: String? = nil) throws -> String {
        let config = try box.configure(
            url,
            sources: """
                \(device.meter("compteur"))
                \(outputs)
                """,
            state: state
        )
        let check = try box.run("check", config)
        #expect(check.code == 0, "\(check.output)")
        return config
    }

    private func output(_ broker: MQTTPeer, _ more: String = "") -> String {
        "[output.maison]\ntype = \"mqtt\"\nbroker = \"mqtt://127.0.0.1:\(broker.port)\"\nevery = \"1s\"\n\(more)\n"
    }

    private func show(_ wh: Int, _ watts: Int) throws {
        try device.serve("/", ["body": "{\"wh\": \(wh), \"w\": \(watts)}"])
    }

    private func mirror(_ config: String) throws -> (isThere: Bool, error: String?) {
        let mirror = try box.report(config)?.mirrors?["maison"]
        return (mirror?.isThere ?? false, mirror?.lastError)
    }

    @Test("nobody there at the start, later somebody: all is told, and the end is said; a kill is told by the broker")
    func startAndEnd() async throws {
        let broker = try MQTTPeer()
        broker.stop()
        try show(1_000_000, 500)
        let config = try configure(output(broker))
        #expect(try box.run("provision", "--config", config).code == 0)
        var daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try mirror(config).error?.contains("nothing answers at") == true })
        #expect(try box.status(config).contains("maison: MQTT broker at 127.0.0.1:\(broker.port): away"))
        #expect(
            try box.run("doctor", "--config", config).output.contains("nothing answers at 127.0.0.1:\(broker.port)")
        )
        broker.start()
        #expect(try await eventually { try broker.allKept()[Self.total] == "1000000" })
        #expect(try await eventually { try broker.allKept()["boxenergie/maison/etat"] == "online" })
        #expect(try broker.allKept()[Self.power] == "500")
        let announced = try broker.allKept("homeassistant/#")
        #expect(announced["homeassistant/sensor/boxenergie_maison_compteur/import_wh/config"] != nil)
        for (topic, text) in announced { try checkAnnouncement(topic, text) }
        #expect(try mirror(config).isThere)
        #expect(try box.status(config).contains("maison: MQTT broker at 127.0.0.1:\(broker.port): shown"))

        try show(1_000_300, 740)
        #expect(try await eventually { try broker.kept(Self.total) == "1000300" && broker.kept(Self.power) == "740" })
        daemon.kill()
        #expect(try await eventually { try broker.kept("boxenergie/maison/etat") == "offline" })
        daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try broker.kept("boxenergie/maison/etat") == "online" })
        #expect(try broker.kept(Self.total) == "1000300")
        #expect(daemon.terminate().code == 0)
        #expect(try broker.kept("boxenergie/maison/etat") == "offline")
    }

    /// What Home Assistant asks of a message of discovery.
    private func checkAnnouncement(_ topic: String, _ text: String) throws {
        #expect(topic.wholeMatch(of: #/homeassistant\/sensor\/[A-Za-z0-9_-]+\/[A-Za-z0-9_-]+\/config/#) != nil)
        let config = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        for key in ["name", "unique_id", "object_id", "default_entity_id", "state_topic", "availability_topic"] {
            #expect((config[key] as? String)?.isEmpty == false, "\(topic): \(key)")
        }
    }

    @Test("a broker that forgot everything is told everything, and so is Home Assistant when it has started")
    func forgetful() async throws {
        let broker = try MQTTPeer()
        try show(1_000_000, 500)
        let config = try configure(output(broker))
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try broker.allKept()["boxenergie/maison/etat"] == "online" })
        #expect(try await eventually { try broker.allKept()[Self.total] != nil })
        let before = try broker.allKept()
        broker.stop()
        broker.start()
        #expect(try await eventually { try Set(broker.allKept().keys).isSuperset(of: before.keys) })
        let lost = "homeassistant/sensor/boxenergie_maison_compteur/import_w/config"
        try broker.publish(lost, "", "-r")
        #expect(try broker.allKept("homeassistant/#")[lost] == nil)
        #expect(
            try await eventually {
                try broker.publish("homeassistant/status", "online")
                return try broker.allKept("homeassistant/#")[lost] == before[lost]
            }
        )
        daemon.kill()
    }

    @Test("another meter and another unit are never seen, nor a state that was lost")
    func neverVisible() async throws {
        let broker = try MQTTPeer()
        let listener = try Peer(
            ["/usr/bin/mosquitto_sub", "-p", broker.port, "-t", Self.total, "-F", "%p"]
        )
        try show(1_000_001, 500)
        var config = try configure(output(broker))
        #expect(try box.run("provision", "--config", config).code == 0)
        var daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try broker.allKept()[Self.total] == "1000001" })
        /// Lets the register stand somewhere else, then grow; the total may only grow, and by as much.
        func grow(from register: Int, config: String) async throws -> Int {
            try show(register, 500)
            #expect(try await box.hasRead(20, more: "compteur", config))
            let before = try #require(Int(try broker.kept(Self.total)))
            try show(register + 137, 500)
            #expect(try await eventually { try broker.kept(Self.total) == "\(before + 137)" })
            return before + 137
        }
        #expect(try await grow(from: 1_000_001, config: config) == 1_000_138)
        // A new meter, with a larger register than any house draws in that time; then kWh for Wh.
        let replaced = try await grow(from: 25_000_003, config: config)
        let last = try await grow(from: 25_000_140_001, config: config)
        #expect(replaced <= 1_000_138 + 150 && last <= replaced + 150)
        // Another card: neither memory nor database.
        #expect(daemon.terminate().code == 0)
        config = try configure(output(broker), state: box.folder + "/other")
        let other = try box.influxd()
        let elsewhere = try String(contentsOfFile: config, encoding: .utf8).replacing(url, with: other.line())
        try elsewhere.write(toFile: config, atomically: true, encoding: .utf8)
        #expect(try box.run("provision", "--config", config).code == 0)
        try show(25_000_140_151, 500)
        daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try broker.kept(Self.total) == "\(last + 13)" })
        daemon.kill()
        try broker.publish(Self.total, "end")
        var told: [Int] = []
        while let number = Int(listener.line()) { told.append(number) }
        #expect(told.first == 1_000_001 && told == told.sorted(), "\(told)")
        #expect(zip(told, told.dropFirst()).allSatisfy { $1 - $0 <= 300 }, "\(told)")
    }

    @Test("a broker that stands still holds up nobody: the meter is read, readings are stored, and later it is told")
    func frozen() async throws {
        let broker = try MQTTPeer()
        try show(1_000_000, 500)
        let config = try configure(output(broker))
        #expect(try box.run("provision", "--config", config).code == 0)
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try broker.allKept()["boxenergie/maison/etat"] == "online" })
        broker.freeze()
        let (start, before) = (Date(), try device.requests().count)
        let rows = try await box.rows(url, "SELECT wh_in FROM raw.meter").count
        // Longer than the client's patience, so that it comes back to a broker that does not speak.
        #expect(try await eventually { try mirror(config).error != nil })
        let (count, seconds) = (try device.requests().count - before, Date().timeIntervalSince(start))
        #expect(Double(count) > seconds / 1.1 - 2, "\(count) readings in \(seconds) s")
        #expect(try await box.rows(url, "SELECT wh_in FROM raw.meter").count - rows > count / 2)
        try show(1_000_200, 650)
        broker.thaw()
        #expect(try await eventually { try broker.kept(Self.total) == "1000200" && broker.kept(Self.power) == "650" })
        #expect(try await eventually { try broker.kept("boxenergie/maison/etat") == "online" })
        // A box that ends beside one that stands still ends all the same.
        broker.freeze()
        #expect(daemon.terminate().code == 0)
        broker.thaw()
        #expect(try await eventually { try broker.kept("boxenergie/maison/etat") == "offline" })
    }

    @Test("a wrong password, a topic that may not be written and a meter that falls silent are said")
    func refusals() async throws {
        let users = ["password_file @/users", "allow_anonymous false", "acl_file @/rights"]
        let folder = box.folder
        let made = try Peer.run(["/usr/bin/mosquitto_passwd", "-c", "-b", folder + "/users", "box", "right"])
        #expect(made.code == 0, "\(made.output)")
        try "user box\ntopic readwrite boxenergie/#\ntopic read homeassistant/#\n"
            .write(toFile: folder + "/rights", atomically: true, encoding: .utf8)
        let broker = try MQTTPeer(
            users[0].replacing("@", with: folder),
            users[1],
            users[2].replacing("@", with: folder)
        )
        try show(1_000_000, 500)
        let secret = try box.writeSecret("mqtt", "wrong")
        let user = "username = \"box\"\npassword_file = \"\(secret)\"\n"
        let config = try configure(output(broker, user))
        let daemon = try box.start("run", "--config", config)
        #expect(
            try await eventually { try mirror(config).error?.contains("refuses the user name or the password") == true }
        )
        _ = try box.writeSecret("mqtt", "right")
        #expect(try await eventually { try mirror(config).error?.contains("does not let us publish") == true })
        // Without discovery it may write all that it wants to.
        let text = try String(contentsOfFile: config, encoding: .utf8)
        try text.replacing("every = \"1s\"\nusername", with: "every = \"1s\"\ndiscovery = false\nusername")
            .write(toFile: config, atomically: true, encoding: .utf8)
        #expect(kill(daemon.identifier, SIGHUP) == 0)
        let login = ["-u", "box", "-P", "right"]
        #expect(try await eventually { try broker.allKept("boxenergie/#", user: login)[Self.power] == "500" })
        try device.serve("/", ["status": 500])
        #expect(try await eventually { try broker.allKept("boxenergie/#", user: login)[Self.power] == "None" })
        #expect(try broker.allKept("boxenergie/#", user: login)[Self.total] == "1000000")
        daemon.kill()
    }

    @Test("by TLS a broker must show a certificate for its name")
    func trust() async throws {
        let broker = try MQTTPeer("tls")
        try show(1_000_000, 500)
        func output(_ host: String, _ more: String) -> String {
            "[output.maison]\ntype = \"mqtt\"\nbroker = \"mqtts://\(host):\(broker.port)\"\nevery = \"1s\"\n\(more)\n"
        }
        let authority = "ca_file = \"\(broker.folder)/ca.crt\""
        let config = try configure(output("127.0.0.1", authority))
        let daemon = try box.start("run", "--config", config)
        let words = "a certificate that is not trusted, or is for another name"
        #expect(try await eventually { try mirror(config).error?.contains(words) == true })
        // Its name, and an authority that nobody trusts.
        _ = try configure(output("localhost", ""))
        #expect(kill(daemon.identifier, SIGHUP) == 0)
        #expect(
            try await eventually {
                let state = try box.report(config)?.mirrors?["maison"]
                return state?.place.contains("localhost") == true && state?.lastError?.contains(words) == true
            }
        )
        #expect(try mirror(config).isThere == false)
        _ = try configure(output("localhost", authority))
        #expect(kill(daemon.identifier, SIGHUP) == 0)
        #expect(try await eventually { try mirror(config).isThere })
        #expect(try await eventually { try box.report(config)?.mirrors?["maison"]?.messages ?? 0 > 5 })
        daemon.kill()
    }

    @Test("a reload takes a mirror away with a word and brings another, which has only what it chose")
    func reload() async throws {
        let broker = try MQTTPeer()
        try show(1_000_000, 500)
        let config = try configure(output(broker))
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try broker.allKept()["boxenergie/maison/etat"] == "online" })
        _ = try configure("")
        #expect(kill(daemon.identifier, SIGHUP) == 0)
        #expect(try await eventually { try broker.allKept()["boxenergie/maison/etat"] == "offline" })
        #expect(try await eventually { try box.report(config)?.mirrors?.isEmpty == true })
        _ = try configure(output(broker, "prefix = \"autre\"\nonly = [\"compteur.*_w\"]"))
        #expect(kill(daemon.identifier, SIGHUP) == 0)
        #expect(try await eventually { try broker.allKept()["autre/maison/compteur/import_w"] == "500" })
        let topics = try broker.allKept("autre/#").keys.sorted()
        #expect(topics == ["autre/maison/compteur/import_w", "autre/maison/etat", "autre/maison/memoire"])
        // The house has another name: what stood under the old one is away, and nothing of it is under the new one.
        let named = try String(contentsOfFile: config, encoding: .utf8) + "\n[tags]\nsite = \"gîte\"\n"
        try named.write(toFile: config, atomically: true, encoding: .utf8)
        #expect(kill(daemon.identifier, SIGHUP) == 0)
        #expect(try await eventually { try broker.allKept()["autre/maison/etat"] == "offline" })
        #expect(
            try await eventually {
                try broker.allKept("autre/#").contains {
                    $0.key.hasSuffix("/compteur/import_w") && $0.key.contains("gite")
                }
            }
        )
        daemon.kill()
    }
}
