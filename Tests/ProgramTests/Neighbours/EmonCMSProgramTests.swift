import Foundation
import Glibc
import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation
import Testing

@testable import MeterOutputs
@testable import boxenergie

/// The whole program beside a stand-in of EmonCMS 11.16.8, which answers as the real one does and keeps what it is sent.
@Suite(.mayBlock, .timeLimit(.minutes(10)))
struct EmonCMSProgramTests {
    private let box: Installation

    init() throws { box = try Installation() }

    /// The stand-in, and its port.
    private func standIn() throws -> (peer: Peer, port: String) {
        let peer = try Peer(["/usr/bin/python3", Installation.root + "/Tests/peers/emoncms.py"])
        return (peer, peer.line())
    }

    @Test("readings come once each and the oldest first, through a wrong key, a sick database and an outage")
    func delivery() async throws {
        let (peer, port) = try standIn()
        func ask(_ order: String) -> String { peer.answer(to: order) }
        // With box_tag the box is named.
        let node = "\(BoxIdentity.of(box.folder).word) compteur"
        func stored() throws -> [[Double]] {
            try #require(
                try JSONSerialization.jsonObject(with: Data(ask("stored \(node) wh_in_import").utf8)) as? [[Double]]
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
                box_tag = true
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
        let (peer, port) = try standIn()
        func ask(_ order: String) -> String { peer.answer(to: order) }
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
        let feed = ask("stored pièce_d_été-\(NameHash.mark(of: "pièce d'été")) meter_w")
        #expect(feed.hasPrefix("[[1795953600, 0.0], [1795953601, 1.0]") && feed.hasSuffix("[1795954899, 299.0]]"))
    }

    @Test("what waits goes in requests of some hundred readings")
    func pieces() throws {
        let (peer, port) = try standIn()
        func ask(_ order: String) -> String { peer.answer(to: order) }
        let key = try box.writeSecret("emoncms", "write-key")
        let config = try box.configure(
            "http://127.0.0.1:1",
            sources: """
                [output.emoncms]
                type = "emoncms"
                url = "http://127.0.0.1:\(port)/emoncms"
                key_file = "\(key)"
                """
        )
        let lines = (0..<1800).map { "linky,site=maison,source=linky va_in=\($0)i \(1_795_953_600 + $0)\n" }.joined()
        let program = ["--config", config, "--output", "emoncms", "--policy", "raw"]
        let written = try Peer.run([box.program, "write"] + program, input: lines)
        #expect(written.code == 0, "\(written.output)")
        let requests = try #require(
            try JSONSerialization.jsonObject(with: Data(ask("requests").utf8)) as? [[Double]]
        ).map { $0[1] }
        #expect(requests.reduce(0, +) == 1800 && requests.allSatisfy { (100...500).contains($0) }, "\(requests)")
        let feed = ask("stored linky va_in")
        #expect(feed.hasPrefix("[[1795953600, 0.0], ") && feed.hasSuffix(", [1795955399, 1799.0]]"))
    }

    @Test("one that does not get done with a request in time gets smaller ones, until it does")
    func slow() async throws {
        let (peer, port) = try standIn()
        #expect(peer.answer(to: "slow 60") == "ok")
        let document = ConfigDocument(
            text:
                "[output.it]\nurl = \"http://127.0.0.1:\(port)/emoncms\"\nkey_file = \"\(try box.writeSecret("emoncms", "write-key"))\"",
            file: "test.toml"
        )
        let section = try #require(document.root.namedSections("output").first).section
        let context = HistoryContext(box: "b", site: "maison", common: ["site"], zone: "Europe/Paris")
        let sink = EmonCMSSink(EmonCMSSettings(settings: section), context, stall: .seconds(1))
        var pieces = [
            Batch(
                database: "emoncms",
                policy: .raw,
                precision: .seconds,
                lines: [UInt8]((0..<400).map { "linky,source=linky va_in=\($0)i \(1000 + $0)\n" }.joined().utf8),
                points: 400
            )
        ]
        var answers = 0
        while let piece = pieces.first, answers < 200 {
            answers += 1
            switch await sink.write(piece) {
            case .accepted: pieces.removeFirst()
            case .split:
                let (first, second) = try #require(piece.halves)
                pieces.replaceSubrange(0...0, with: [first, second])
            case .postponed(let reason, _): #expect(reason.contains("in time"), "\(reason)")
            case .rejected, .misaddressed: Issue.record("no line is at fault")
            }
        }
        #expect(pieces.isEmpty)
        let feed = peer.answer(to: "stored linky va_in")
        #expect(feed.hasPrefix("[[1000, 0.0], ") && feed.hasSuffix(", [1399, 399.0]]"))
    }
}
