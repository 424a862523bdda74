import Foundation
import InfluxOutput
import MeterCore
import Testing

/// `provision` on new servers, on changed ones and on databases made by hand, all real.
@Suite(.mayBlock, .serialized, .timeLimit(.minutes(10))) struct ProvisionTests {
    private let box: Installation

    init() throws { box = try Installation() }

    @Test("a server without any user gets an administrator, users with new passwords and proved rights")
    func firstStart() async throws {
        let server = try box.influxd("--auth")
        let url = server.line()
        let names = ["admin", "writer", "reader"]
        let files = names.map { "\(box.folder)/\($0).password" }
        let config = try box.configure(url, "username = \"writer\"\npassword_file = \"\(files[1])\"")
        let users = [
            "--config", config, "--admin", "admin", "--admin-password-file", files[0], "--reader", "reader:\(files[2])",
        ]
        let early = try provision(["--generate-passwords"] + users)
        #expect(early.code == 69 && early.output.contains("--create-admin"), "\(early)")
        let first = try provision(["--create-admin", "--generate-passwords"] + users)
        #expect(first.code == 0, "\(first)")
        for proof in ["user writer may read and write", "user reader may read and not write"] {
            #expect(first.output.contains("proved   \(proof)\n"), "\(first.output)")
        }
        let passwords = try files.map { try String(contentsOfFile: $0, encoding: .utf8).dropLast() }
        #expect(Set(passwords).count == 3 && passwords.allSatisfy { $0.count == 24 })
        #expect(!passwords.contains { (early.output + first.output).contains($0) })
        for file in files {
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        let again = try provision(["--create-admin", "--generate-passwords"] + users)
        #expect(again.code == 0 && !again.output.contains("created") && !again.output.contains("changed"), "\(again)")
        #expect(try files.map { try String(contentsOfFile: $0, encoding: .utf8).dropLast() } == passwords)
        #expect(try provision(["--check"] + users).code == 0)

        let clients = zip(names, passwords).map { box.client(url, user: $0, password: String($1)) }
        let left = try await clients[0].query("SHOW MEASUREMENTS ON \"boxenergie\"").flatMap(\.rows)
        #expect(left.isEmpty, "the points of the proof are gone: \(left)")
        for (user, client) in zip(names, clients) {
            let status = try await status { try await client.query("SELECT * FROM m", database: "boxenergie") }
            #expect(status == 200, "\(user) reads")
        }
        for (user, password) in zip(names, passwords).dropFirst() {
            let answer = try curl("\(url)/write?db=boxenergie", "\(user):\(password)", "m f=1")
            #expect(answer == (user == "reader" ? "403" : "204"), "\(user) writes")
        }
        // Another output, which has no ledger, is only written to.
        let file = try String(contentsOfFile: config, encoding: .utf8)
        try file.replacing("[influx]", with: "[output.second]\ntype = \"influx\"")
            .write(toFile: box.folder + "/second.toml", atomically: true, encoding: .utf8)
        let other = try provision(
            ["--output", "second"] + users.map { $0 == config ? box.folder + "/second.toml" : $0 }
        )
        #expect(other.code == 0 && other.output.contains("proved   user writer may write and not read"), "\(other)")
        #expect(try await status { try await clients[1].query("SELECT * FROM m", database: "boxenergie") } == 403)
        for (user, client) in zip(names, clients).dropFirst() {
            let status = try await status { try await client.query("CREATE DATABASE \"more\"") }
            #expect(status == 403, "\(user) creates a database")
        }
    }

    @Test("--check names each difference with what to do, and changes nothing")
    func check() async throws {
        let server = try box.influxd("--auth")
        let url = server.line()
        let (admin, writer) = (try box.writeSecret("admin", "a"), try box.writeSecret("writer", "w"))
        let reader = try box.writeSecret("reader", "r")
        let config = try box.configure(url, "username = \"writer\"\npassword_file = \"\(writer)\"")
        let users = [
            "--config", config, "--admin", "admin", "--admin-password-file", admin, "--reader", "reader:\(reader)",
        ]
        #expect(try provision(["--create-admin"] + users).code == 0)
        let client = box.client(url, user: "admin", password: "a")
        for statement in [
            "ALTER RETENTION POLICY \"raw\" ON \"boxenergie\" DURATION 30d SHARD DURATION 1d",
            "ALTER RETENTION POLICY \"autogen\" ON \"boxenergie\" DEFAULT",
            "DROP RETENTION POLICY \"day\" ON \"boxenergie\"", "GRANT WRITE ON \"boxenergie\" TO \"writer\"",
            "SET PASSWORD FOR \"reader\" = 'other'", "REVOKE READ ON \"boxenergie\" FROM \"reader\"",
        ] {
            _ = try await client.query(statement)
        }
        let before = try await schema(client)
        let differs = try provision(["--check"] + users)
        #expect(differs.code == 1)
        for words in [
            "raw: it keeps readings for 30d, not for 60d; its files each hold 1d, not 1w; the default policy is autogen",
            "missing  retention policy day", "writer, may read and write: the right to the database is write",
            "the password is not the one in the file", "`boxenergie provision`",
        ] {
            #expect(differs.output.contains(words), "\(words) in \(differs.output)")
        }
        #expect(try await schema(client) == before)
        let mended = try provision(users)
        #expect(mended.code == 0 && mended.output.contains("proved   user writer may read and write"), "\(mended)")
        #expect(try provision(["--check"] + users).code == 0)
        #expect(try provision(["--check", "--shorten"] + users).code == 64)
    }

    @Test("the only administrator stays one, even when the configuration writes with it")
    func onlyAdministrator() async throws {
        let server = try box.influxd("--auth")
        let url = server.line()
        let boss = try box.writeSecret("boss", "b")
        let config = try box.configure(url, "username = \"boss\"\npassword_file = \"\(boss)\"")
        let client = box.client(url, user: "boss", password: "b")
        _ = try await client.query("CREATE USER \"boss\" WITH PASSWORD 'b' WITH ALL PRIVILEGES")
        let result = try provision(["--config", config])
        #expect(result.code == 0 && result.output.contains("differs  user boss"), "\(result)")
        let users = try await client.query("SHOW USERS").flatMap(\.rows)
        #expect(users.map { $0["admin"] } == [.boolean(true)])
        let check = try provision(["--check", "--config", config])
        #expect(check.code == 1 && check.output.contains("--admin"), "\(check)")
    }

    @Test("a server that asks nobody for a password is told apart")
    func openDoor() throws {
        let server = try box.influxd()
        let reader = try box.writeSecret("reader", "r")
        let config = try box.configure(server.line())
        #expect(try provision(["--config", config]).code == 0)
        #expect(try provision(["--check", "--config", config]).code == 0, "without users nothing is missing")
        let users = ["--config", config, "--reader", "reader:\(reader)"]
        #expect(try provision(users).code == 0)
        let result = try provision(["--check"] + users)
        #expect(result.code == 1 && result.output.contains("asks nobody for a password"), "\(result)")
        #expect(result.output.contains("/etc/default/influxdb"))
    }

    @Test("a database made by hand becomes the wanted one, and each of its points stays")
    func upgrade() async throws {
        let server = try box.influxd()
        let url = server.line()
        let client = try box.client(url)
        for statement in [
            "CREATE DATABASE \"boxenergie\"",
            "CREATE RETENTION POLICY \"raw\" ON \"boxenergie\" DURATION 365d REPLICATION 1 SHARD DURATION 1d",
            "CREATE RETENTION POLICY \"m15\" ON \"boxenergie\" DURATION 52w REPLICATION 1",
            "CREATE USER \"boss\" WITH PASSWORD 'boss' WITH ALL PRIVILEGES",
            "CREATE USER \"reader\" WITH PASSWORD 'old' WITH ALL PRIVILEGES",
        ] {
            _ = try await client.query(statement)
        }
        let now = Int64(Date().timeIntervalSince1970) / 900 * 900
        let times = (0..<400).map { now - $0 * 43_200 }
        let lines = times.enumerated().map { number, time in
            "meter,site=maison wh=\(number)i,w=\(number).5,text=\"n \(number)\",estimated=\(number % 2 == 0) \(time)"
        }.joined(separator: "\n")
        for policy in ["autogen", "raw", "m15"] {
            #expect(try curl("\(url)/write?db=boxenergie&rp=\(policy)&precision=s", nil, lines) == "204")
        }
        let before = try await points(client)
        #expect(before.count == 1200)
        let reader = try box.writeSecret("reader", "new")
        let users = ["--config", try box.configure(url), "--reader", "reader:\(reader)"]

        let first = try provision(users)
        #expect(first.code == 0, "\(first)")
        #expect(first.output.contains("deletes the 280 points that are older than 60d"), "\(first.output)")
        #expect(first.output.contains("the default policy is autogen; what is there stays"))
        #expect(try await points(client) == before)
        let others = ["autogen 0s 168h0m0s", "day 0s 87360h0m0s"]
        #expect(try await policies(client) == others + ["m15 0s 168h0m0s", "raw 8760h0m0s 24h0m0s default"])
        let rights = try await client.query("SHOW USERS").flatMap(\.rows)
        #expect(rights.map { $0["admin"] } == [.boolean(true), .boolean(false)])
        let kept = try provision(["--check"] + users)
        #expect(kept.code == 1 && kept.output.contains("--shorten"), "\(kept)")

        let rebuilt = try provision(["--rebuild"] + users)
        #expect(rebuilt.code == 0 && rebuilt.output.contains("of m15\n"), "\(rebuilt)")
        let wanted = others + ["m15 0s 4368h0m0s"]
        #expect(try await policies(client) == wanted + ["raw 8760h0m0s 168h0m0s default"])
        #expect(try await points(client) == before)
        // Writing a span again, as a roll-up does, must double nothing.
        for policy in ["raw", "m15"] {
            let more = "\nmeter,site=maison wh=0i \(now + 300_000)\n"
            #expect(try curl("\(url)/write?db=boxenergie&rp=\(policy)&precision=s", nil, more + lines) == "204")
            #expect(try curl("\(url)/write?db=boxenergie&rp=\(policy)&precision=s", nil, lines) == "204")
        }
        #expect(try await points(client).filter { !$0.contains("\(now + 300_000)") } == before)

        let second = try provision(["--shorten"] + users)
        #expect(second.code == 0, "\(second)")
        #expect(try await policies(client) == wanted + ["raw 1440h0m0s 168h0m0s default"])
        #expect(try provision(["--rebuild", "--config", try box.configure(url)]).code == 0, "nothing is left to do")
    }

    @Test("a rebuild that was interrupted goes on, wherever it was", arguments: ["copying", "dropped", "back"])
    func interrupted(_ moment: String) async throws {
        let server = try box.influxd()
        let url = server.line()
        let client = try box.client(url)
        let (old, new) = (
            "DURATION 60d REPLICATION 1 SHARD DURATION 1d", "DURATION INF REPLICATION 1 SHARD DURATION 7d"
        )
        for statement in [
            "CREATE DATABASE \"boxenergie\"", "CREATE RETENTION POLICY \"raw\" ON \"boxenergie\" \(old) DEFAULT",
            "CREATE RETENTION POLICY \"raw_rebuild\" ON \"boxenergie\" \(new)",
            "CREATE RETENTION POLICY \"m15\" ON \"boxenergie\" \(new)",
        ] {
            _ = try await client.query(statement)
        }
        let now = Int64(Date().timeIntervalSince1970)
        let lines = (0..<50).map { (number: Int64) in "meter,site=maison wh=\(number)i \(now - number * 86_000)" }
        let write = "\(url)/write?db=boxenergie&precision=s&rp="
        #expect(try curl(write + "raw", nil, lines.joined(separator: "\n")) == "204")
        let before = try await points(client)
        let copied = moment == "copying" ? lines.prefix(20) : lines[...]
        #expect(try curl(write + "raw_rebuild", nil, copied.joined(separator: "\n")) == "204")
        if moment != "copying" { _ = try await client.query("DROP RETENTION POLICY \"raw\" ON \"boxenergie\"") }
        if moment == "back" {
            _ = try await client.query("CREATE RETENTION POLICY \"raw\" ON \"boxenergie\" \(new) DEFAULT")
            #expect(try curl(write + "raw", nil, lines.prefix(20).joined(separator: "\n")) == "204")
        }
        let config = try box.configure(url)
        let refused = try provision(["--config", config])
        #expect(refused.code == 1 && refused.output.contains("--rebuild"), "\(refused)")
        let result = try provision(["--rebuild", "--config", config])
        #expect(result.code == 0, "\(result)")
        #expect(try await points(client) == before)
        #expect(try await !policies(client).contains { $0.contains("rebuild") })
    }

    @Test("no server, no right, no file: each is said in a sentence")
    func troubles() throws {
        let config = try box.configure("http://127.0.0.1:1")
        let down = try provision(["--config", config])
        #expect(down.code == 69 && down.output.contains("127.0.0.1"), "\(down)")
        let missing = try provision(["--config", config, "--reader", "r:\(box.folder)/none"])
        #expect(missing.code == 78 && missing.output.contains("none cannot be read"), "\(missing)")
        let nowhere = try provision(["--generate-passwords", "--config", config, "--reader", "r:/none/at/all"])
        #expect(nowhere.code == 1 && nowhere.output.contains("cannot create /none/at/all"), "\(nowhere)")
        let twice = try provision(["--config", config, "--reader", "r:\(config)", "--reader", "r:\(config)"])
        #expect(twice.code == 64 && twice.output.contains("named twice"), "\(twice)")
    }

    private func provision(_ arguments: [String]) throws -> (code: Int32, output: String) {
        try Peer.run([box.program, "provision"] + arguments)
    }

    private func curl(_ url: String, _ user: String?, _ body: String) throws -> String {
        let login = user.map { ["--user", $0] } ?? []
        let curl = ["/usr/bin/curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}"]
        return try Peer.run(curl + login + ["--data-binary", "@-", url], input: body).output
    }

    private func status(_ work: () async throws -> [InfluxResult]) async throws -> Int {
        do {
            _ = try await work()
            return 200
        } catch let error as InfluxError {
            return error.status
        }
    }

    private func policies(_ client: InfluxClient) async throws -> [String] {
        try await client.query("SHOW RETENTION POLICIES ON \"boxenergie\"").flatMap(\.rows).map { row in
            [row["name"], row["duration"], row["shardGroupDuration"]].map { $0?.description ?? "" }
                .joined(separator: " ") + (row["default"] == .boolean(true) ? " default" : "")
        }.sorted()
    }

    private func schema(_ client: InfluxClient) async throws -> [String] {
        var all = try await policies(client)
        for statement in [
            "SHOW USERS", "SHOW GRANTS FOR \"writer\"", "SHOW GRANTS FOR \"reader\"", "SHOW MEASUREMENTS",
        ] {
            all += try await client.query(statement, database: "boxenergie").flatMap(\.rows).map {
                "\($0.sorted { $0.key < $1.key })"
            }
        }
        return all
    }

    /// Every point of every policy, one text each.
    private func points(_ client: InfluxClient) async throws -> [String] {
        var all: [String] = []
        for policy in ["autogen", "raw", "m15"] {
            all += try await client.query("SELECT * FROM \"boxenergie\".\"\(policy)\"./.*/").flatMap(\.rows).map {
                "\(policy) \($0.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })"
            }
        }
        return all
    }
}
