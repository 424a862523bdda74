import Foundation
import InfluxOutput
import MeterCore
import MeterIO
import Testing

/// The built program's doctor, on a running box with a real InfluxDB.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct DoctorTests {
    private struct Report: Decodable {
        struct Entry: Decodable {
            var group: String
            var grade: String
            var subject: String
            var sentence: String
            var advice: [String]
        }

        var findings: [Entry]
        var ok: Int
        var notes: Int
        var wrong: Int

        func has(_ grade: String, _ text: String) -> Bool {
            findings.contains { $0.grade == grade && "\($0.subject): \($0.sentence)".contains(text) }
        }
    }

    private let box: Installation

    init() throws { box = try Installation() }

    private func examine(_ config: String) throws -> (code: Int32, report: Report) {
        let result = try box.run("doctor", "--config", config, "--format", "json")
        return (result.code, try JSONDecoder().decode(Report.self, from: Data(result.output.utf8)))
    }

    @Test("a box that is well is called so; a meter or a server that stops is named with what to do")
    func wholeBox() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        _ = house.line()
        let daemon = try box.start("run", "--config", config)
        #expect(
            try await eventually { try examine(config).report.has("ok", "Linky (\"raw\".\"linky\"): the newest is") }
        )

        let well = try examine(config)
        #expect(well.code == 0 && well.report.wrong == 0, "\(well)")
        #expect(well.report.has("ok", "linky: it was read"))
        #expect(well.report.has("ok", "version 1.6.7"))
        #expect(well.report.has("ok", "database boxenergie: anybody may write"))
        #expect(well.report.has("note", "only this machine reaches it, but every program on it without a password"))
        let text = try box.run("doctor", "--config", config)
        #expect(text.code == 0 && text.output.contains("all is well, "), "\(text)")
        #expect(text.output.hasPrefix("Configuration\n  ok     "))
        #expect(!text.output.contains("\u{1B}"), "no colour in a pipe")

        #expect(house.terminate().code == 0)
        #expect(try await eventually { try examine(config).report.has("note", "and cannot be read just now") })
        let mute = try examine(config)
        #expect(mute.code == 1 && mute.report.has("wrong", "linky: there is no such device"), "\(mute)")

        server.sendLine("kill")
        #expect(server.line() == "killed")
        let alone = try examine(config)
        #expect(alone.code == 1 && alone.report.has("wrong", "InfluxDB at \(url)"), "\(alone)")
        #expect(alone.report.has("ok", "boxenergie: it has been running"), "the rest is still said")

        // One that was stopped takes connections and says nothing.
        daemon.freeze()
        #expect(try examine(config).report.has("wrong", "no running boxenergie answers"))
        // After some it takes no more.
        let hasty = __socket_type(rawValue: SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        let socket = box.folder + "/status.sock"
        let asked = (0..<20).compactMap { _ in openUnixSocket(socket, hasty) { connect($0, $1, $2) } }
        #expect(asked.count < 20)
        #expect(try examine(config).report.has("wrong", "no running boxenergie answers"))
        for descriptor in asked { close(descriptor) }
        _ = kill(daemon.identifier, SIGCONT)
        #expect(daemon.terminate().code == 0)
    }

    @Test("users, rights and policies are looked at as the server sees them")
    func users() async throws {
        let server = try box.influxd("--auth")
        let url = server.line()
        let client = box.client(url, user: "admin", password: "a")
        _ = try await box.client(url).query("CREATE USER admin WITH PASSWORD 'a' WITH ALL PRIVILEGES")
        for user in ["writer", "reader"] { _ = try await client.query("CREATE USER \(user) WITH PASSWORD 'p'") }
        func login(_ user: String, _ password: String) throws -> String {
            "username = \"\(user)\"\npassword_file = \"\(try box.writeSecret(user, password))\""
        }
        var result = try examine(try box.configure(url, try login("writer", "p")))
        #expect(
            result.report.has("wrong", "has no database \"boxenergie\"") || result.report.has("wrong", "may not write")
        )
        _ = try await client.query("CREATE DATABASE boxenergie; GRANT WRITE ON boxenergie TO writer")
        _ = try await client.query("GRANT READ ON boxenergie TO reader")
        for missing in ["raw", "m15", "day"] {
            result = try examine(try box.configure(url, try login("writer", "p")))
            #expect(result.report.has("wrong", "has no retention policy \"\(missing)\""), "\(result)")
            _ = try await client.query("CREATE RETENTION POLICY \(missing) ON boxenergie DURATION INF REPLICATION 1")
        }
        result = try examine(try box.configure(url, try login("writer", "p")))
        #expect(result.report.has("ok", "the user writer may write"), "\(result)")
        #expect(result.report.has("ok", "only this machine reaches it, with a password"))
        #expect(result.report.has("note", "the configured user may not look at them"), "\(result)")
        result = try examine(try box.configure(url, try login("reader", "p")))
        #expect(result.report.has("wrong", "the user may not write to the database"), "\(result)")
        result = try examine(try box.configure(url, try login("writer", "q")))
        #expect(result.report.has("wrong", "does not accept the user name or password"), "\(result)")
        #expect(result.code == 1)
    }

    @Test("old readings are wrong, although all that makes them seems to work")
    func oldReadings() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        let empty = try examine(config)
        #expect(empty.report.has("wrong", "database not found: boxenergie"), "\(empty)")
        #expect(try box.run("provision", "--config", config).code == 0)
        #expect(try examine(config).report.has("wrong", "Linky (\"raw\".\"linky\"): there is nothing yet"))
        let time = Int64(Date().timeIntervalSince1970) - 3 * 3600
        let line = "linky,site=maison,source=linky va_in=1i \(time)\nlinky,site=gite va_in=1i \(time + 10_800)\n"
        #expect(try box.run("write", "--config", config, "--policy", "raw", input: line).code == 0)
        let result = try examine(config)
        #expect(result.report.has("wrong", "Linky (\"raw\".\"linky\"): the newest is 3 h old"), "\(result)")
    }

    private static let mayUnshare =
        (try? Peer.run(["/usr/bin/unshare", "--net", "--map-root-user", "/bin/true"]).code) == 0

    @Test("a database that is open to the network is found, with its backup port", .enabled(if: mayUnshare))
    func open() throws {
        let config = try box.configure("http://127.0.0.1:8086")
        // In a network of its own, where nobody is.
        let script = """
            set -eu
            ip link set lo up
            export INFLUXDB_HTTP_BIND_ADDRESS=:8086 INFLUXDB_BIND_ADDRESS=:8088 INFLUXDB_REPORTING_DISABLED=true
            export INFLUXDB_META_DIR=$1/db/meta INFLUXDB_DATA_DIR=$1/db/data INFLUXDB_DATA_WAL_DIR=$1/db/wal
            influxd -config /dev/null > $1/influxd.log 2>&1 &
            trap "kill $!; wait" EXIT
            for i in $(seq 300); do curl -s 127.0.0.1:8086/ping && break; kill -0 $!; sleep 0.1; done
            "$2" doctor --config "$3" --format json || true
            """
        let result = try Peer.run([
            "/usr/bin/unshare", "--net", "--map-root-user", "/bin/bash", "-c", script, "open", box.folder, box.program,
            config,
        ])
        let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        #expect(report.has("wrong", "port 8086: everybody in the network may read and delete everything"), "\(report)")
        #expect(report.has("wrong", "port 8088 (backups): it is open to the whole network"), "\(report)")
    }

    @Test("a configuration that cannot be used ends with 78, and the rest is still looked at")
    func badConfiguration() throws {
        let path = box.folder + "/bad.toml"
        try "[influx]\nurl = 3\n".write(toFile: path, atomically: true, encoding: .utf8)
        let result = try examine(path)
        #expect(result.code == 78 && result.report.has("wrong", "bad.toml:2"), "\(result)")
        #expect(result.report.findings.contains { $0.group == "SD card" })
        #expect(try examine("/none.toml").code == 78)
        #expect(try box.run("doctor", "--frobnicate").code == 64)
    }

    @Test("without root it says what it could not see, and who may not use a device", .enabled(if: geteuid() == 0))
    func ordinaryUser() throws {
        let secret = try box.writeSecret("writer", "p")
        let config = try box.configure("http://127.0.0.1:1", "username = \"writer\"\npassword_file = \"\(secret)\"")
        let device = box.folder + "/linky"
        #expect(FileManager.default.createFile(atPath: device, contents: nil, attributes: [.posixPermissions: 0o660]))
        let result = try Peer.run([
            "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", box.program, "doctor", "--config",
            config, "--format", "json",
        ])
        let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        #expect(report.has("note", "this user may not read \(secret)"), "\(report)")
        #expect(report.has("wrong", "\(device): you may not use this device"), "\(report)")
    }
}
