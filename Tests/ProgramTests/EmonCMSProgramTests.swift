import Foundation
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
        #expect(Set(sent).count == sent.count && sent == sent.sorted(), "\(sent)")
        #expect(Set(sent).symmetricDifference(times).count <= 4, "\(Set(sent).symmetricDifference(times))")
    }
}
