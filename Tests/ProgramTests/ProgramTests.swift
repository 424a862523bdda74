import Foundation
import InfluxOutput
import MeterCore
import Testing

/// The built program against a real InfluxDB 1.6.7 of its own.
@Suite(.mayBlock, .serialized, .timeLimit(.minutes(10))) struct ProgramTests {
    private let box: Installation

    init() throws { box = try Installation() }

    @Test("a simulated Linky's frames are read back by InfluxQL", arguments: ["standard", "historique"])
    func mainJob(_ mode: String) async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        #expect(try box.run("provision", "--config", config).output.contains("created") == false)
        let house = try box.start("simulate", "--mode", mode, "--link", box.folder + "/linky")
        #expect(house.line() == box.folder + "/linky")
        let daemon = try box.start("run", "--config", config)
        var found: [[String: InfluxValue]] = []
        let isStored = try await eventually {
            found = try await box.rows(url, "SELECT va_in, wh_in, pref_va FROM \"raw\".\"linky\" WHERE wh_in > 0")
            return found.count >= 3
        }
        #expect(isStored)
        #expect(found.allSatisfy { $0["pref_va"] == .integer(9000) })
        let phases = try await box.rows(url, "SELECT v, i FROM \"raw\".\"phase\" WHERE \"phase\" = '1'")
        #expect(!phases.isEmpty)
        #expect(phases.allSatisfy { ($0["v"] == .null) == (mode == "historique") })
        #expect(try box.status(config).contains("linky: reading"))
        let end = daemon.terminate()
        #expect(end.code == 0)
        #expect(end.seconds < Peer.patience, "it should take less than a second; a busy machine is forgiven")
    }

    @Test("a simulated day is stored point for point, through the pipeline")
    func wholeDay() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url, every: "10s")
        let start = Int64(Date().timeIntervalSince1970) / 86_400 * 86_400 - 2 * 86_400
        let day = box.folder + "/day.capture"
        let written = try box.run("simulate", "--output", day, "--from", "\(start)", "--seconds", "86400")
        #expect(written.code == 0)
        #expect(try box.run("provision", "--config", config).code == 0)
        #expect(try box.run("replay", day, "--config", config).code == 0)
        // What should be there, by another way: every frame as JSON, and the first of each slot of 10 s; of the very
        // first slot the second, which confirms the registers.
        let frames = try box.run("decode", "teleinfo", day, "--format", "json").output
        var truth: [Int64: (Int, Int)] = [:]
        var lastSlot: Int64?
        for line in frames.split(separator: "\n").filter({ $0.hasPrefix("{") }).dropFirst() {
            let frame = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let time = try #require(frame?["time"] as? Int)
            guard Int64(time) / 10 != lastSlot else { continue }
            lastSlot = Int64(time) / 10
            let drawn = try #require(frame?["EAST"] as? Int)
            truth[Int64(time)] = (drawn, try #require(frame?["SINSTS"] as? Int))
        }
        let stored = try await box.rows(url, "SELECT wh_in, va_in FROM \"raw\".\"linky\"")
        #expect(stored.count == truth.count && truth.count > 8000)
        var differences = 0
        for row in stored {
            guard case .integer(let time)? = row["time"], let (drawn, power) = truth[time] else {
                differences += 1
                continue
            }
            if row["wh_in"] != .integer(Int64(drawn)) { differences += 1 }
            if row["va_in"] != .integer(Int64(power)) { differences += 1 }
        }
        #expect(differences == 0)
    }

    @Test("readings taken while the server is away are all there when it is back")
    func outage() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        server.sendLine("kill")
        #expect(server.line() == "killed")
        let now = Int64(Date().timeIntervalSince1970)
        let lines = (0..<Int64(1000)).map { "m f=\($0)i \(now - $0)\n" }.joined()
        let away = try box.run("write", "--config", config, "--policy", "raw", input: lines)
        #expect(away.code == 0 && away.output.contains("wait in the spool"), "\(away)")
        server.sendLine("start")
        #expect(server.line() == url)
        let back = try box.run("write", "--config", config, "--policy", "raw", input: "m f=1i \(now + 1)\n")
        #expect(back.code == 0, "\(back)")
        #expect(try await box.rows(url, "SELECT count(f) FROM \"raw\".\"m\"").first?["count"] == .integer(1001))
    }

    @Test("a refused line is said, and the others are stored")
    func refused() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        let now = Int64(Date().timeIntervalSince1970)
        let input = "m f=1i \(now)\nthis is no line\nm f=2i \(now + 1)\n"
        let result = try box.run("write", "--config", config, input: input)
        #expect(result.code == 1 && result.output.contains("1 line(s) refused"), "\(result)")
        #expect(try await box.rows(url, "SELECT count(f) FROM \"raw\".\"m\"").first?["count"] == .integer(2))
    }

    @Test("a missing database is said with the command that makes it")
    func missingDatabase() throws {
        let server = try box.influxd()
        let config = try box.configure(server.line())
        let now = Int64(Date().timeIntervalSince1970)
        let result = try box.run("write", "--config", config, input: "m f=1i \(now)\n")
        #expect(result.output.contains("boxenergie provision"), "\(result)")
    }

    @Test("a missing retention policy is said with the command that makes it")
    func missingPolicy() throws {
        let server = try box.influxd()
        let config = try box.configure(server.line())
        #expect(try box.run("provision", "--config", config).code == 0)
        let now = Int64(Date().timeIntervalSince1970)
        let result = try box.run("write", "--config", config, "--policy", "30days", input: "m f=1i \(now)\n")
        #expect(result.output.contains("no retention policy \"30days\""), "\(result)")
        #expect(result.output.contains("boxenergie provision"))
    }

    @Test("with users: the writer writes, the reader reads, and a wrong password is said and loses nothing")
    func users() async throws {
        let server = try box.influxd("--auth")
        let url = server.line()
        let files = try [("admin", "ad'min\\1"), ("writer", "wr\"ite"), ("reader", "read")].map {
            try box.writeSecret($0, $1)
        }
        let config = try box.configure(url, "username = \"writer\"\npassword_file = \"\(files[1])\"")
        let admin = box.client(url, user: "admin", password: "ad'min\\1")
        _ = try await admin.query(
            "CREATE USER \"admin\" WITH PASSWORD \(quotedString("ad'min\\1")) WITH ALL PRIVILEGES"
        )
        for _ in 0..<2 {
            let result = try box.run(
                "provision",
                "--config",
                config,
                "--admin",
                "admin",
                "--admin-password-file",
                files[0],
                "--reader",
                "reader:\(files[2])"
            )
            #expect(result.code == 0, "\(result)")
        }
        let now = Int64(Date().timeIntervalSince1970)
        try "wrong".write(toFile: "\(box.folder)/writer.password", atomically: true, encoding: .utf8)
        let refused = try box.run("write", "--config", config, input: "m f=1i \(now)\n")
        #expect(refused.output.contains("password"), "\(refused)")
        #expect(!refused.output.contains("wr\"ite") && !refused.output.contains("wrong"))
        try "wr\"ite\n".write(toFile: "\(box.folder)/writer.password", atomically: true, encoding: .utf8)
        let written = try box.run("write", "--config", config, input: "m f=2i \(now + 1)\n")
        #expect(written.code == 0, "\(written)")
        let reader = box.client(url, user: "reader", password: "read")
        let rows = try await reader.query("SELECT f FROM m", database: "boxenergie").flatMap(\.rows)
        #expect(rows.map { $0["f"] } == [.integer(1), .integer(2)])
        await #expect(throws: InfluxError.self) {
            try await reader.query("SELECT f INTO copy FROM m", database: "boxenergie")
        }
    }

    @Test("influx/provision.influxql says what provision does")
    func statements() throws {
        let config = try box.configure("http://127.0.0.1:1")
        let file = try String(contentsOfFile: Installation.root + "/influx/provision.influxql", encoding: .utf8)
        #expect(try box.run("provision", "--dry-run", "--config", config).output == file)
    }

    @Test("every mistake of a configuration is named, and the exit code is 78")
    func check() throws {
        let config = try box.configure("ftp://x", "databse = \"x\"")
        let result = try box.run("check", config)
        #expect(result.code == 78)
        #expect(result.output.contains("boxenergie.toml:4:7: influx.url"), "\(result.output)")
        #expect(result.output.contains("database"), "\(result.output)")
    }

    @Test(
        "a number that makes no sense is refused, and nothing traps",
        arguments: [
            ["read", "linky", "--seconds", "nan"], ["read", "linky", "--seconds", "1e300"],
            ["simulate", "--from", "9223372036854775807", "--output", "/dev/null"],
            ["simulate", "--seconds", "0", "--output", "/dev/null"], ["simulate", "--speed", "inf"],
            ["replay", "/dev/null", "--speed", "0"],
        ]
    )
    func numbers(_ arguments: [String]) throws {
        let result = try Peer.run([box.program] + arguments)
        #expect(result.code == 64 && result.output.contains(" goes from "), "\(result)")
    }

    @Test("a capture with wild times is played without a trap")
    func wildTimes() throws {
        let frame = try box.run("simulate", "--output", box.folder + "/one", "--seconds", "2")
        #expect(frame.code == 0)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: box.folder + "/one"))
        for (offset, byte) in zip(21..<29, [UInt8](repeating: 0x80, count: 8)) { bytes[offset] = byte }
        try bytes.write(to: URL(fileURLWithPath: box.folder + "/one"))
        let result = try box.run("decode", "teleinfo", box.folder + "/one")
        #expect(result.code == 0, "\(result)")
    }

    @Test("a device that is not there is an answer, not a crash")
    func noDevice() throws {
        let config = try box.configure("http://127.0.0.1:1")
        let result = try box.run("read", "linky", "--seconds", "1", "--config", config)
        #expect(result.code == 69 && result.output.contains("no such device"), "\(result)")
    }

    @Test(
        "each command explains itself with an example",
        arguments: [
            "run", "check", "sources", "read", "capture", "decode", "replay", "simulate", "write", "provision",
            "status", "doctor", "pulse",
        ]
    )
    func help(_ command: String) throws {
        let result = try box.run(command, "--help")
        #expect(result.code == 0 && result.output.contains("EXAMPLE"))
    }
}
