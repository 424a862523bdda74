import Foundation
import MeterCore
import Testing

@testable import boxenergie

/// A real knxd and a second client on its bus: `Tests/peers/knxd` says what they take.
private final class KNXPeer {
    static let isThere =
        FileManager.default.isExecutableFile(atPath: "/usr/bin/knxd") && PythonPeer.isThere
    private let peer: Peer
    let socket: String
    let port: String

    init() throws {
        peer = try Peer([Installation.root + "/Tests/peers/knxd", PythonPeer.python])
        socket = peer.line()
        port = peer.line()
    }

    func ask(_ order: String) -> String { peer.answer(to: order) }

    /// The values that each group was told last, as the second client reads them.
    func values() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(ask("values").utf8)) as? [String: Any])
    }

    func number(_ group: String) throws -> Double? { try values()[group] as? Double }
}

/// The whole program beside a KNX bus, whose knxd goes away in every way there is.
@Suite(.mayBlock, .enabled(if: KNXPeer.isThere, "knxd or xknx is not installed"), .timeLimit(.minutes(15)))
struct KNXProgramTests {
    private let box: Installation
    private let device: HTTPPeer
    private let server: Peer

    init() throws {
        box = try Installation()
        device = try HTTPPeer()
        server = try box.influxd()
    }

    private func show(_ wh: Int, _ watts: Int) throws {
        try device.serve("/", ["body": "{\"wh\": \(wh), \"w\": \(watts)}"])
    }

    private func configure(_ place: String, _ groups: String) throws -> String {
        let config = try box.configure(
            server.line(),
            sources: """
                \(device.meter("compteur"))
                [output.bus]
                type = "knx"
                knxd = "\(place)"
                every = "1s"
                groups = { \(groups) }
                """
        )
        let check = try box.run("check", config)
        #expect(check.code == 0, "\(check.output)")
        #expect(try box.run("provision", "--config", config).code == 0)
        return config
    }

    private func bus(_ config: String) throws -> (isThere: Bool, error: String?) {
        let mirror = try box.report(config)?.mirrors?["bus"]
        return (mirror?.isThere ?? false, mirror?.lastError)
    }

    @Test("a second client sees each type as it is, and has its questions answered; what knxd misses comes once, later")
    func bus() async throws {
        let peer = try KNXPeer()
        let types = #"{"5/0/1": "13.010", "5/0/2": "14.056", "5/0/3": "9.024", "5/0/4": "29.010", "5/0/5": "13.013"}"#
        #expect(peer.ask("types " + types) == "ok")
        try show(12_345_678, 1640)
        let config = try configure(
            peer.socket,
            #""5/0/1" = "compteur.import_wh", "5/0/2" = "compteur.import_w", "5/0/3" = "compteur.import_w 9.024", "#
                + #""5/0/4" = "compteur.import_wh 29.010", "5/0/5" = "compteur.import_wh 13.013""#
        )
        #expect(peer.ask("stop") == "ok")
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try bus(config).error?.contains("cannot connect") == true })
        #expect(try box.run("doctor", "--config", config).output.contains("knxd at \(peer.socket)"))
        #expect(peer.ask("start") == "ok")
        #expect(try await eventually { try peer.values().count == 5 })
        let values = try peer.values()
        #expect(values["5/0/1"] as? Int == 12_345_678 && values["5/0/4"] as? Int == 12_345_678)
        #expect(values["5/0/2"] as? Double == 1640 && values["5/0/3"] as? Double == 1.64)
        #expect(values["5/0/5"] as? Int == 12_345)
        #expect(try box.status(config).contains("bus: knxd at \(peer.socket): shown"))
        // A visualisation that starts asks for everything.
        #expect(try await eventually { peer.ask("read 5/0/1") == "12345678" })
        #expect(peer.ask("read 5/1/1") == "null")
        try show(12_345_683, 0)
        #expect(try await eventually { try peer.number("5/0/1") == 12_345_683 && peer.number("5/0/2") == 0 })
        // Restarted: all that is known now, once.
        let before = Int(peer.ask("count")) ?? 0
        #expect(peer.ask("stop") == "ok" && peer.ask("start") == "ok")
        try show(12_345_690, 700)
        #expect(try await eventually { try peer.number("5/0/1") == 12_345_690 && peer.number("5/0/3") == 0.7 })
        #expect(Int(peer.ask("count")) ?? 0 <= before + 10)
        #expect(daemon.terminate().code == 0)
    }

    @Test("one that stands still holds up nobody, and is told no backlog afterwards; the same by its port")
    func frozen() async throws {
        let peer = try KNXPeer()
        #expect(peer.ask(#"types {"5/0/1": "13.010"}"#) == "ok")
        try show(1_000_000, 500)
        let config = try configure("127.0.0.1:\(peer.port)", #""5/0/1" = "compteur.import_wh""#)
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try peer.number("5/0/1") == 1_000_000 })
        #expect(peer.ask("freeze") == "ok")
        let (start, requests) = (Date(), try device.requests().count)
        for step in 1...25 {
            try show(1_000_000 + step, 500)
            #expect(try await box.hasRead(1, more: "compteur", config))
        }
        #expect(try await eventually { try bus(config).error?.contains("does it hang") == true })
        let (count, seconds) = (try device.requests().count - requests, Date().timeIntervalSince(start))
        #expect(Double(count) > seconds / 1.1 - 2, "\(count) readings in \(seconds) s")
        let before = Int(peer.ask("count")) ?? 0
        #expect(peer.ask("thaw") == "ok")
        try show(1_000_030, 500)
        #expect(try await eventually { try peer.number("5/0/1") == 1_000_030 })
        // Of the twenty values at most those of ten seconds.
        #expect(Int(peer.ask("count")) ?? 0 <= before + 14)
        #expect(daemon.terminate().code == 0)
    }
}
