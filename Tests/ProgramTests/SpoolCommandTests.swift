import Foundation
import InfluxOutput
import Testing

/// What waits on the disk, in a person's hands.
@Suite(.mayBlock) struct SpoolCommandTests {
    private let box: Installation

    init() throws {
        box = try Installation()
        let start = Int(Date().timeIntervalSince1970) - 1000
        lines = (0..<30).map { "piscine,site=maison temp_c=\(20 + $0).5 \(start + $0)" }
    }

    private let lines: [String]

    /// Lets readings wait for a server that is not there.
    private func strand() throws -> String {
        let config = try box.configure("http://127.0.0.1:1")
        for part in [lines[..<10], lines[10...]] {
            let written = try box.run(
                "write",
                "--config",
                config,
                "--policy",
                "raw",
                input: part.joined(separator: "\n") + "\n"
            )
            #expect(written.code == 0)
        }
        return config
    }

    @Test("what waits is listed, exported, and given up only when told twice")
    func looks() throws {
        let config = try strand()
        let list = try box.run("spool", "list", "--config", config)
        #expect(list.code == 0)
        #expect(list.output.contains("2 batches with 30 points wait in"))
        let export = try box.run("spool", "export", "--config", config)
        #expect(export.output.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init) == lines)
        let asked = try box.run("spool", "drop", "--config", config)
        #expect(asked.code == 64 && asked.output.contains("30 points would be lost"))
        let stuck = try box.run("spool", "flush", "--config", config)
        #expect(stuck.code == 69)
        #expect(stuck.output.contains("0 points sent in ") && stuck.output.contains(" s, 30 still wait"))
        #expect(try box.run("spool", "drop", "--force", "--config", config).output.contains("30 points given up"))
        #expect(try box.run("spool", "list", "--config", config).output.contains("0 batches with 0 points"))
    }

    @Test("an export that a person sends, and a flush, bring the same points to a real server")
    func sends() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try strand()
        let export = try box.run("spool", "export", "--config", config).output
        _ = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        _ = try await box.client(url).query("CREATE DATABASE byhand")
        let sent = try Peer.run(
            ["/usr/bin/env", "curl", "-sSf", "--data-binary", "@-", "\(url)/write?db=byhand&precision=s"],
            input: export
        )
        #expect(sent.code == 0, "\(sent.output)")
        let flush = try box.run("spool", "flush", "--config", config).output
        #expect(flush.contains("30 points sent in ") && flush.contains(" s, 0 still wait"))
        let query = "SELECT temp_c FROM piscine"
        let byHand = try await box.client(url).query(query, database: "byhand").flatMap(\.rows)
        #expect(byHand.count == 30)
        #expect(try await box.rows(url, query) == byHand)
    }

    @Test("a running program keeps its spool to itself, and says so")
    func busy() async throws {
        let config = try box.configure("http://127.0.0.1:1")
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try box.run("status", "--config", config).code == 0 })
        for command in [["flush"], ["drop", "--force"]] {
            let busy = try Peer.run([box.program, "spool"] + command + ["--config", config])
            #expect(busy.code == 69 && busy.output.contains("is in use by a running boxenergie"))
        }
        #expect(try box.run("spool", "list", "--config", config).code == 0)
        #expect(daemon.terminate().code == 0)
    }
}
