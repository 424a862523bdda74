import Foundation
import InfluxOutput
import MeterCore
import MeterIO
import Testing

@testable import boxenergie

/// Two boxes of one site in one database: each point says which of them it comes from.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct BoxTagTests {
    private let boxes: [Installation]

    init() throws { boxes = [try Installation(), try Installation()] }

    /// Starts both, each with a meter of the same name, and an output to one place.
    ///
    /// - Parameters:
    ///   - output: lines of `[output.central]`.
    ///   - local: the box's own database.
    /// - Returns: the programs, their devices and configurations.
    /// - Throws: when something cannot be started.
    private func start(_ output: String, _ local: String) throws -> [(daemon: Peer, device: HTTPPeer, config: String)] {
        try boxes.enumerated().map { place, box in
            let device = try HTTPPeer()
            try device.serve("/", ["body": "{\"wh\": \(1_000_001 + place), \"w\": 500}"])
            let sources = "\(device.meter("compteur"))\n[output.central]\ntype = \"influx\"\nflush = \"1s\"\n\(output)"
            let config = try box.configure(local, sources: sources)
            return (try box.start("run", "--config", config), device, config)
        }
    }

    private func identities() throws -> [String] { boxes.map { BoxIdentity.of($0.folder).word } }

    @Test("in InfluxDB no reading of one is among those of the other, and sums made there are of one box")
    func influx() async throws {
        let (central, local) = (try boxes[0].influxd(), try boxes[0].influxd())
        let (url, own) = (central.line(), local.line())
        for address in [url, own] {
            #expect(try boxes[0].run("provision", "--config", boxes[0].configure(address, sources: "")).code == 0)
        }
        let running = try start("url = \"\(url)\"", own)
        let words = try identities()
        #expect(Set(words).count == 2 && words.allSatisfy(BoxIdentity.isWord))
        for (place, word) in words.enumerated() {
            let question = "SELECT wh_in FROM \"raw\".\"meter\" WHERE box = '\(word)' AND site = 'maison'"
            #expect(try await eventually { try await !boxes[0].rows(url, question).isEmpty })
            let values = try await boxes[0].rows(url, question).map { $0["wh_in"]?.number }
            #expect(Set(values) == [Double(1_000_001 + place)], "\(values)")
        }
        let all = try await boxes[0].rows(url, "SELECT wh_in FROM \"raw\".\"meter\" WHERE box = ''")
        #expect(all.isEmpty, "each point has the tag")
        let ownRows = try await boxes[0].rows(own, "SHOW TAG KEYS FROM \"raw\".\"meter\"")
        #expect(!ownRows.isEmpty && !ownRows.contains { $0["tagKey"] == .string("box") }, "\(ownRows)")
        for one in running { #expect(one.daemon.terminate().code == 0) }

        // An hour of each, which is added up again for the first one.
        let end = (Int64(Date().timeIntervalSince1970) - 7200) / 900 * 900
        var lines = ""
        for (place, word) in words.enumerated() {
            for minute in Int64(0)...60 {
                let register = 2_000_000 + minute * Int64(10 + place * 90)
                lines +=
                    "meter,box=\(word),role=import,site=maison,source=compteur wh_in=\(register)i \(end + minute * 60)\n"
            }
        }
        let written = try boxes[0].run(
            "write",
            "--output",
            "central",
            "--policy",
            "raw",
            "--config",
            running[0].config,
            input: lines
        )
        #expect(written.code == 0, "\(written.output)")
        let done = try boxes[0].run("rollup", "--output", "central", "--config", running[0].config)
        #expect(done.code == 0, "\(done.output)")
        let sums = try await boxes[0].rows(
            url,
            "SELECT import_wh FROM \"m15\".\"energy\" WHERE box = '\(words[0])' AND time >= \(end)s AND time < \(end + 3600)s"
        ).compactMap { $0["import_wh"]?.number }
        #expect(sums == [150, 150, 150, 150], "\(sums)")
        let others = try await boxes[0].rows(url, "SELECT import_wh FROM \"m15\".\"energy\" WHERE box = '\(words[1])'")
        #expect(others.isEmpty, "\(others)")
    }

    @Test(
        "in VictoriaMetrics each has series of its own",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/victoria-metrics"), "no victoria-metrics")
    )
    func victoriaMetrics() async throws {
        let port = Int.random(in: 20_000..<32_000)
        let engine = try Peer(
            [
                "/usr/bin/victoria-metrics", "-storageDataPath=\(boxes[0].folder)/engine",
                "-httpListenAddr=127.0.0.1:\(port)", "-retentionPeriod=100y", "-memory.allowedPercent=5",
            ]
        )
        defer { engine.kill() }
        let local = try boxes[0].influxd()
        let running = try start("url = \"http://127.0.0.1:\(port)\"\nnames = \"policy\"", local.line())
        let words = try identities()
        func found() throws -> [String: Set<Double>] {
            let question = "http://127.0.0.1:\(port)/api/v1/export?match[]=raw_meter_wh_in"
            let answer = try Peer.run(["/usr/bin/curl", "--silent", "--globoff", question])
            var found: [String: Set<Double>] = [:]
            for line in answer.output.split(separator: "\n") {
                let row = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                let metric = try #require(row["metric"] as? [String: String])
                found[metric["box"] ?? "", default: []].formUnion(row["values"] as? [Double] ?? [])
            }
            return found
        }
        let wanted: [String: Set<Double>] = [words[0]: [1_000_001], words[1]: [1_000_002]]
        #expect(try await eventually { try found() == wanted })
        for one in running { #expect(one.daemon.terminate().code == 0) }
    }
}
