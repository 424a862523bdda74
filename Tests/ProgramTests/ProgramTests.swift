import Foundation
import InfluxOutput
import MeterCore
import Testing

/// The built program against a real InfluxDB 1.6.7 of its own.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ProgramTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private let program: String
    private let folder: String

    init() throws {
        let build = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        program =
            ProcessInfo.processInfo.environment["BOXENERGIE_BINARY"]
            ?? (FileManager.default.fileExists(atPath: build + "/boxenergie")
                ? build + "/boxenergie" : Self.root + "/.build/debug/boxenergie")
        folder = NSTemporaryDirectory() + "boxenergie-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func configure(_ url: String, _ more: String = "") throws -> String {
        let text = """
            [influx]
            url = "\(url)"
            flush = "1s"
            spool = { directory = "\(folder)/spool", limit = "20MB" }
            \(more)
            [source.linky]
            type = "teleinfo"
            device = "\(folder)/linky"
            every = "1s"
            """
        let path = folder + "/boxenergie.toml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func client(_ url: String) throws -> InfluxClient {
        var settings = InfluxSettings()
        settings.url = url
        return try InfluxClient(settings)
    }

    private func rows(_ url: String, _ query: String) async throws -> [[String: InfluxValue]] {
        try await client(url).query(query, database: "boxenergie").flatMap(\.rows)
    }

    @Test("a simulated Linky's frames are read back by InfluxQL", arguments: ["standard", "historique"])
    func mainJob(_ mode: String) async throws {
        let server = try Peer([Self.root + "/Tests/peers/influxd"])
        let url = server.line()
        let config = try configure(url)
        #expect(try Peer.run([program, "provision", "--config", config]).code == 0)
        #expect(try Peer.run([program, "provision", "--config", config]).output.contains("created") == false)
        let house = try Peer([program, "simulate", "--mode", mode, "--link", folder + "/linky"])
        #expect(house.line() == folder + "/linky")
        let daemon = try Peer([program, "run", "--config", config])
        var found: [[String: InfluxValue]] = []
        for _ in 0..<60 where found.count < 3 {
            try await Task.sleep(for: .milliseconds(500))
            found = try await rows(url, "SELECT va_in, wh_in, pref_va FROM \"raw\".\"linky\" WHERE wh_in > 0")
        }
        #expect(found.count >= 3)
        #expect(found.allSatisfy { $0["pref_va"] == .integer(9000) })
        let phases = try await rows(url, "SELECT v, i FROM \"raw\".\"phase\" WHERE \"phase\" = '1'")
        #expect(!phases.isEmpty)
        #expect(phases.allSatisfy { ($0["v"] == .null) == (mode == "historique") })
        let status = try Peer.run([program, "status", "--config", config])
        #expect(status.code == 0 && status.output.contains("linky: reading"))
        let end = daemon.terminate()
        #expect(end.code == 0)
        #expect(end.seconds < 3, "it should take less than a second; a busy machine is forgiven")
    }

    @Test("a simulated day is stored point for point, through the pipeline")
    func wholeDay() async throws {
        let server = try Peer([Self.root + "/Tests/peers/influxd"])
        let url = server.line()
        let config = try configure(url)
        let start = Int64(Date().timeIntervalSince1970) / 86_400 * 86_400 - 2 * 86_400
        let day = folder + "/day.capture"
        let written = try Peer.run([
            program, "simulate", "--output", day, "--from", "\(start)", "--seconds", "86400",
        ])
        #expect(written.code == 0)
        #expect(try Peer.run([program, "provision", "--config", config]).code == 0)
        #expect(try Peer.run([program, "replay", day, "--config", config]).code == 0)
        // What should be there, by another way: every frame as JSON, and the first of each slot of 10 s.
        let frames = try Peer.run([program, "decode", "teleinfo", day, "--format", "json"]).output
        var truth: [Int64: (Int, Int)] = [:]
        var lastSlot: Int64?
        for line in frames.split(separator: "\n") where line.hasPrefix("{") {
            let frame = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let time = try #require(frame?["time"] as? Int)
            guard Int64(time) / 10 != lastSlot else { continue }
            lastSlot = Int64(time) / 10
            let drawn = try #require(frame?["EAST"] as? Int)
            truth[Int64(time)] = (drawn, try #require(frame?["SINSTS"] as? Int))
        }
        let stored = try await rows(url, "SELECT wh_in, va_in FROM \"raw\".\"linky\"")
        #expect(stored.count == truth.count && truth.count > 8000)
        var differences = 0
        for (index, row) in stored.enumerated() {
            guard case .integer(let time)? = row["time"], let (drawn, power) = truth[time] else {
                differences += 1
                continue
            }
            // The very first register is held until a second one confirms it.
            if index > 0, row["wh_in"] != .integer(Int64(drawn)) { differences += 1 }
            if row["va_in"] != .integer(Int64(power)) { differences += 1 }
        }
        #expect(differences == 0)
    }

    @Test("readings taken while the server is away are all there when it is back")
    func outage() async throws {
        let server = try Peer([Self.root + "/Tests/peers/influxd"])
        let url = server.line()
        let config = try configure(url)
        #expect(try Peer.run([program, "provision", "--config", config]).code == 0)
        server.sendLine("kill")
        #expect(server.line() == "killed")
        let now = Int64(Date().timeIntervalSince1970)
        let lines = (0..<Int64(1000)).map { "m f=\($0)i \(now - $0)\n" }.joined()
        let away = try Peer.run([program, "write", "--config", config, "--policy", "raw"], input: lines)
        #expect(away.code == 0 && away.output.contains("wait in the spool"), "\(away)")
        server.sendLine("start")
        #expect(server.line() == url)
        let back = try Peer.run(
            [program, "write", "--config", config, "--policy", "raw"],
            input: "m f=1i \(now + 1)\n"
        )
        #expect(back.code == 0, "\(back)")
        #expect(try await rows(url, "SELECT count(f) FROM \"raw\".\"m\"").first?["count"] == .integer(1001))
    }

    @Test("a refused line is said, and the others are stored")
    func refused() async throws {
        let server = try Peer([Self.root + "/Tests/peers/influxd"])
        let url = server.line()
        let config = try configure(url)
        #expect(try Peer.run([program, "provision", "--config", config]).code == 0)
        let now = Int64(Date().timeIntervalSince1970)
        let input = "m f=1i \(now)\nthis is no line\nm f=2i \(now + 1)\n"
        let result = try Peer.run([program, "write", "--config", config], input: input)
        #expect(result.code == 1 && result.output.contains("1 line(s) refused"), "\(result)")
        #expect(try await rows(url, "SELECT count(f) FROM \"raw\".\"m\"").first?["count"] == .integer(2))
    }

    @Test("a missing database is said with the command that makes it")
    func missingDatabase() throws {
        let server = try Peer([Self.root + "/Tests/peers/influxd"])
        let config = try configure(server.line())
        let now = Int64(Date().timeIntervalSince1970)
        let result = try Peer.run([program, "write", "--config", config], input: "m f=1i \(now)\n")
        #expect(result.output.contains("boxenergie provision"), "\(result)")
    }

    @Test("a missing retention policy is said with the command that makes it")
    func missingPolicy() throws {
        let server = try Peer([Self.root + "/Tests/peers/influxd"])
        let config = try configure(server.line())
        #expect(try Peer.run([program, "provision", "--config", config]).code == 0)
        let now = Int64(Date().timeIntervalSince1970)
        let arguments = [program, "write", "--config", config, "--policy", "30days"]
        let result = try Peer.run(arguments, input: "m f=1i \(now)\n")
        #expect(result.output.contains("no retention policy \"30days\""), "\(result)")
        #expect(result.output.contains("boxenergie provision"))
    }

    @Test("with users: the writer writes, the reader reads, and a wrong password is said and loses nothing")
    func users() async throws {
        let server = try Peer([Self.root + "/Tests/peers/influxd", "--auth"])
        let url = server.line()
        for (name, text) in [("admin", "ad'min\\1"), ("writer", "wr\"ite"), ("reader", "read")] {
            try text.write(toFile: "\(folder)/\(name).password", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600],
                ofItemAtPath: "\(folder)/\(name).password"
            )
        }
        let config = try configure(url, "username = \"writer\"\npassword_file = \"\(folder)/writer.password\"")
        var settings = InfluxSettings()
        settings.url = url
        let admin = InfluxClient(settings, user: "admin", password: "ad'min\\1")
        _ = try await admin.query(
            "CREATE USER \"admin\" WITH PASSWORD \(quotedString("ad'min\\1")) WITH ALL PRIVILEGES"
        )
        let provision = [
            program, "provision", "--config", config, "--admin", "admin", "--admin-password-file",
            "\(folder)/admin.password", "--reader", "reader:\(folder)/reader.password",
        ]
        for _ in 0..<2 {
            let result = try Peer.run(provision)
            #expect(result.code == 0, "\(result)")
        }
        let now = Int64(Date().timeIntervalSince1970)
        try "wrong".write(toFile: "\(folder)/writer.password", atomically: true, encoding: .utf8)
        let refused = try Peer.run([program, "write", "--config", config], input: "m f=1i \(now)\n")
        #expect(refused.output.contains("password"), "\(refused)")
        #expect(!refused.output.contains("wr\"ite") && !refused.output.contains("wrong"))
        try "wr\"ite\n".write(toFile: "\(folder)/writer.password", atomically: true, encoding: .utf8)
        let written = try Peer.run([program, "write", "--config", config], input: "m f=2i \(now + 1)\n")
        #expect(written.code == 0, "\(written)")
        let reader = InfluxClient(settings, user: "reader", password: "read")
        let rows = try await reader.query("SELECT f FROM m", database: "boxenergie").flatMap(\.rows)
        #expect(rows.map { $0["f"] } == [.integer(1), .integer(2)])
        let writer = InfluxClient(settings, user: "writer", password: "wr\"ite")
        await #expect(throws: InfluxError.self) { try await writer.query("SELECT f FROM m", database: "boxenergie") }
    }

    @Test("influx/provision.influxql says what provision does")
    func statements() throws {
        let config = try configure("http://127.0.0.1:1")
        let file = try String(contentsOfFile: Self.root + "/influx/provision.influxql", encoding: .utf8)
        #expect(try Peer.run([program, "provision", "--dry-run", "--config", config]).output == file)
    }

    @Test("every mistake of a configuration is named, and the exit code is 78")
    func check() throws {
        let config = try configure("ftp://x", "databse = \"x\"")
        let result = try Peer.run([program, "check", config])
        #expect(result.code == 78)
        #expect(result.output.contains("boxenergie.toml:2:"), "\(result.output)")
        #expect(result.output.contains("database"), "\(result.output)")
    }

    @Test("a device that is not there is an answer, not a crash")
    func noDevice() throws {
        let config = try configure("http://127.0.0.1:1")
        let result = try Peer.run([program, "read", "linky", "--seconds", "1", "--config", config])
        #expect(result.code == 69 && result.output.contains("no such device"), "\(result)")
    }

    @Test(
        "each command explains itself with an example",
        arguments: [
            "run", "check", "sources", "read", "capture", "decode", "replay", "simulate", "write", "provision",
            "status",
        ]
    )
    func help(_ command: String) throws {
        let result = try Peer.run([program, command, "--help"])
        #expect(result.code == 0 && result.output.contains("EXAMPLE"))
    }
}
