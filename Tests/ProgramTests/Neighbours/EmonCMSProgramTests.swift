import Foundation
import Glibc
import InfluxOutput
import MeterCore
import Testing

@testable import boxenergie

/// The whole program beside a stand-in of EmonCMS 11.16.8, which answers as the real one does and keeps what it is sent.
@Suite(.mayBlock, .timeLimit(.minutes(10)))
struct EmonCMSProgramTests {
    private let box: Installation

    init() throws { box = try Installation() }

    @Test("readings come once each and the oldest first, through a wrong key, a sick database and an outage")
    func delivery() async throws {
        let peer = try Peer(["/usr/bin/python3", Installation.root + "/Tests/peers/emoncms.py"])
        let port = peer.line()
        func ask(_ order: String) -> String {
            peer.sendLine(order)
            return peer.line()
        }
        func stored() throws -> [[Double]] {
            try #require(
                try JSONSerialization.jsonObject(with: Data(ask("stored compteur wh_in_import").utf8)) as? [[Double]]
            )
        }
        let server = try box.influxd()
        let url = server.line()
        let device = try HTTPPeer()
        try device.serve("/", ["body": "{\"wh\": 1000001, \"w\": 500}"])
        let key = try box.writeSecret("emoncms", "read-key")
        let config = try box.configure(
            url,
            sources: """
                \(device.meter("compteur"))
                [output.emoncms]
                type = "emoncms"
                url = "http://127.0.0.1:\(port)/emoncms"
                key_file = "\(key)"
                only = ["raw.meter"]
                flush = "1s"
                """
        )
        #expect(try box.run("check", config).code == 0)
        #expect(try box.run("provision", "--config", config).code == 0)
        let daemon = try box.start("run", "--config", config)
        func trouble(_ words: String) async throws -> Bool {
            try await eventually { try box.report(config)?.outputs["emoncms"]?.lastError?.contains(words) == true }
        }
        #expect(try await trouble("takes nothing with this key"))
        _ = try box.writeSecret("emoncms", "write-key")
        #expect(try await eventually { try stored().count > 3 })
        // One that stands still holds up nobody.
        peer.freeze()
        let (start, requests) = (Date(), try device.requests().count)
        #expect(try await box.hasRead(15, more: "compteur", config))
        let (count, seconds) = (try device.requests().count - requests, Date().timeIntervalSince(start))
        #expect(Double(count) > seconds / 1.1 - 2, "\(count) readings in \(seconds) s")
        kill(peer.identifier, SIGCONT)
        #expect(ask("sick") == "ok")
        #expect(try await trouble("is not well"))
        #expect(ask("well") == "ok")
        let before = try stored().count
        #expect(try await eventually { try stored().count > before + 5 })
        #expect(try await eventually { try box.report(config)?.outputs["emoncms"]?.waitingBatches == 0 })
        daemon.kill()
        // What the first database has, EmonCMS has, to the last lines before the kill.
        let times = try await box.rows(url, "SELECT wh_in FROM raw.meter").compactMap { row in
            if case .integer(let time)? = row["time"] { Double(time) } else { nil }
        }
        let sent = try stored().map { $0[0] }
        #expect(ask("requests").contains("[true,") == false)
        #expect(Set(sent).count == sent.count && sent == sent.sorted(), "\(sent)")
        #expect(Set(sent).symmetricDifference(times).count <= 4, "\(Set(sent).symmetricDifference(times))")
    }

    @Test("another machine gets hundreds of readings a request, compressed unless it does not know that")
    func compressed() async throws {
        let peer = try Peer(["/usr/bin/python3", Installation.root + "/Tests/peers/emoncms.py"])
        let port = peer.line()
        func ask(_ order: String) -> String {
            peer.sendLine(order)
            return peer.line()
        }
        let key = try box.writeSecret("emoncms", "write-key")
        // The address of this machine as another one's.
        let config = try box.configure(
            "http://127.0.0.1:1",
            sources: """
                [output.emoncms]
                type = "emoncms"
                url = "http://0.0.0.0:\(port)/emoncms"
                key_file = "\(key)"
                """
        )
        func write(from first: Int) throws {
            let lines = (0..<300).map { "meter,site=gîte,source=pièce\\ d'été w=\($0) \(first + $0)\n" }.joined()
            let written = try box.run(
                "write",
                "--config",
                config,
                "--output",
                "emoncms",
                "--policy",
                "raw",
                input: lines
            )
            #expect(written.code == 0, "\(written.output)")
        }
        try write(from: 1_795_953_600)
        #expect(ask("requests") == "[[true, 300]]")
        #expect(ask("old") == "ok")
        try write(from: 1_795_954_600)
        #expect(ask("requests") == "[[true, 300], [false, 300]]")
        let feed = ask("stored pièce_d_été w")
        #expect(feed.hasPrefix("[[1795953600, 0.0], [1795953601, 1.0]") && feed.hasSuffix("[1795954899, 299.0]]"))
    }
}
