import Foundation
import InfluxOutput
import MeterCore
import MeterIO
import Testing

@testable import boxenergie

/// Boxes and their centre, with real servers between them.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct FleetTests {
    private let box: Installation
    private let centre: CentrePeer
    private let own: Peer
    private let url: String
    private let clock: ShiftedClock

    init() throws {
        box = try Installation()
        centre = try CentrePeer()
        own = try box.influxd()
        url = own.line()
        clock = try ShiftedClock(box)
    }

    /// A configuration with the simulated Linky, or with more or other settings.
    private func configure(_ more: String = "") throws -> String {
        let config = try box.configure(url, more)
        #expect(try box.run("provision", "--config", config).code == 0)
        return config
    }

    private func join(_ file: String, _ config: String) throws -> String {
        let done = try box.run("join", file, "--config", config)
        #expect(done.code == 0, "\(done.output)")
        // As a person in a hurry would have it.
        let text = try String(contentsOfFile: config, encoding: .utf8)
            .replacing("flush = \"1min\"", with: "flush = \"1s\"").replacing("send_every = \"1h\"\n", with: "")
        try text.write(toFile: config, atomically: true, encoding: .utf8)
        return done.output
    }

    /// Runs the box over the end of a quarter, until something is so.
    private func run(
        _ config: String,
        quarters: Int64,
        until isSo: (_ end: Int64) async throws -> Bool
    ) async throws -> Int64 {
        let (daemon, end) = try clock.start([box.program, "run", "--config", config], lead: 40, quarters: quarters)
        #expect(try await eventually { try await isSo(end) })
        #expect(daemon.terminate().code == 0)
        return end
    }

    /// Checks that `central list` has these words.
    private func lists(_ words: String, _ has: Bool = true) throws {
        let list = try centre.list()
        #expect(list.contains(words) == has, "\(words): \(list)")
    }

    private func starts(_ end: Int64) -> Int64 { end - 900 }

    @Test("a box joins and its quarters come; without access they wait, and come when it has joined again")
    func life() async throws {
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        defer { house.kill() }
        _ = house.line()
        let config = try configure()
        let before = try String(contentsOfFile: config, encoding: .utf8)
        let word = BoxIdentity.of(box.folder).word
        let file = try centre.add("dupont")
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        try lists("dupont  has not joined yet")

        let tried = try box.run("join", "--dry-run", file, "--config", config)
        #expect(tried.code == 0 && tried.output.contains("[output.central]"), "\(tried.output)")
        #expect(try String(contentsOfFile: config, encoding: .utf8) == before)
        #expect(try await centre.rows("SELECT * FROM \"day\".\"event\"").isEmpty)
        let said = try join(file, config)
        let secret = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            .first { $0.hasPrefix("password") }?.split(separator: "\"").last.map(String.init)
        let password = try #require(secret)
        let joined = try String(contentsOfFile: config, encoding: .utf8)
        #expect(!said.contains(password) && !joined.contains(password))
        try lists(word)

        // The user of a box may write, and nothing else.
        let user = box.client(centre.inside, user: "box-dupont", password: password)
        for question in ["SELECT * FROM \"day\".\"event\"", "SHOW USERS", "CREATE DATABASE x"] {
            await #expect(throws: InfluxError.self) { _ = try await user.query(question, database: "parc") }
        }

        let first = try await run(config, quarters: 4) { end in try await centre.quarters(of: word) == [end - 900] }
        let health = try await centre.rows("SELECT clock, machine FROM \"raw\".\"box\" WHERE box = '\(word)'")
        #expect(health.count >= 1 && health.allSatisfy { $0["machine"] != .null }, "\(health)")
        let measurements = try await centre.rows("SHOW MEASUREMENTS").compactMap { $0["name"]?.description }
        #expect(!measurements.contains("linky") && measurements.contains("energy"), "\(measurements)")

        // The access is taken back: what comes waits.
        #expect(try box.run("central", "remove", "dupont", "--config", centre.config).code == 0)
        #expect(try box.run("central", "remove", "dupont", "--config", centre.config).code == 64)
        let second = try await run(config, quarters: 3) { end in
            let question = "SELECT import_wh FROM \"m15\".\"energy\" WHERE time = \(end - 900)s"
            guard try await !box.rows(url, question).isEmpty,
                try box.status(config).contains("takes nothing from dupont any more")
            else { return false }
            return try box.run("doctor", "--config", config).output.contains("sudo boxenergie join FILE")
        }
        try lists("it has no access any more")
        #expect(try await centre.quarters(of: word) == [starts(first)])

        // A new file, and all of it comes.
        let wrong = try box.run("join", file, "--config", config)
        #expect(wrong.code == 69 && wrong.output.contains("nothing was changed"), "\(wrong.output)")
        #expect(
            try box.run("central", "add", "--again", "dupont", box.folder + "/x", "--config", centre.config).code == 64
        )
        _ = try join(try centre.add("dupont"), config)
        let third = try await run(config, quarters: 2) { end in
            try await centre.quarters(of: word).contains(end - 900)
        }
        #expect(try await centre.quarters(of: word) == [first, second, third].map(starts))
        #expect(try box.run("doctor", "--config", config).output.contains("it takes what dupont sends"))

        // What the centre lost the box has: an old backup is one of what was there before.
        _ = try await centre.rows("DELETE FROM \"energy\" WHERE time > \(starts(first))s")
        #expect(try await centre.quarters(of: word) == [starts(first)])
        let sent = try box.run("send", "--from", "2026-01-01", "--to-output", "central", "--config", config)
        #expect(sent.code == 0, "\(sent.output)")
        #expect(try await centre.quarters(of: word) == [first, second, third].map(starts))

        #expect(try box.run("leave", "--config", config).code == 0)
        // With the line feed at the end that it had not.
        #expect(try String(contentsOfFile: config, encoding: .utf8) == before + "\n")
        #expect(try box.run("leave", "--config", config).code == 64)
    }

    @Test(
        "the register of a box is verified at the centre, by its administrator; a box may not read there, and says so"
    )
    func register() async throws {
        let config = try configure()
        _ = try join(try centre.add("dupont"), config)
        let word = BoxIdentity.of(box.folder).word
        let folder = box.folder + "/register"
        try StoredRegister.add((1...5).map { 1_795_982_400 + $0 * 900 }, to: folder, of: word)
        let points = StoredRegister.points(try StoredRegister.records(in: folder))
        let sent = try box.run("write", "--policy", "day", "--output", "central", "--config", config, input: points)
        #expect(sent.code == 0, "\(sent.output)")
        for command in [["register", "verify"], ["export"], ["rollup"]] {
            let refused = try Peer.run([box.program] + command + ["--output", "central", "--config", config])
            #expect(refused.code == 64 && refused.output.contains("may read nothing"), "\(refused.output)")
        }
        for more in [[], ["--box", word]] {
            let words = ["register", "verify", "--output", "influx", "--config", centre.config]
            let found = try Peer.run([box.program] + words + more)
            #expect(found.code == 0 && found.output.contains("box \(word)"), "\(found.output)")
            #expect(found.output.contains("6 records, as they were signed"), "\(found.output)")
        }
    }

    @Test("a certificate that was renewed with its key changes nothing; another key gets nothing, and it is said")
    func certificate() async throws {
        let device = try HTTPPeer()
        try device.serve("/", ["body": "{\"wh\": 1000001, \"w\": 500}"])
        let config = try box.configure(url, sources: device.meter("compteur"))
        #expect(try box.run("provision", "--config", config).code == 0)
        _ = try join(try centre.add("dupont"), config)
        // Each reading, so that there is always something to send.
        let text = try String(contentsOfFile: config, encoding: .utf8).replacing(#/only = .*\nevery = .*\n/#, with: "")
        try text.write(toFile: config, atomically: true, encoding: .utf8)
        let word = BoxIdentity.of(box.folder).word
        func count() async throws -> Double {
            try await centre.rows("SELECT count(wh_in) FROM \"raw\".\"meter\" WHERE box = '\(word)'").first?["count"]?
                .number ?? 0
        }
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try await count() > 2 })
        try CentrePeer.makeCertificate("renewed", like: "first", in: centre.machine.folder)
        centre.show("renewed")
        var seen = try await count()
        #expect(try await eventually { try await count() > seen + 2 })
        let status = try box.status(config)
        #expect(!status.contains("another key"), "\(status)")

        try CentrePeer.makeCertificate("stranger", in: centre.machine.folder)
        centre.show("stranger")
        #expect(try await eventually { try box.status(config).contains("another key than the centre had") })
        seen = try await count()
        let doctor = try box.run("doctor", "--config", config).output
        #expect(doctor.contains("another key") && doctor.contains("waits on the disk"), "\(doctor)")
        let joining = try box.run("join", try centre.add("martin"), "--config", config)
        #expect(joining.code == 69 && joining.output.contains("another key"), "\(joining.output)")
        #expect(try await box.hasRead(5, more: "compteur", config))
        #expect(try await count() == seen)
        let reads = try box.reads(config, "compteur")
        centre.show("renewed")
        #expect(daemon.terminate().code == 0)
        let again = try box.start("run", "--config", config)
        #expect(try await eventually { try await count() > Double(reads) })
        #expect(again.terminate().code == 0)
    }

    @Test(
        "a centre of another engine has its users elsewhere, and gets the same lines under names with their policies",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/victoria-metrics"), "no victoria-metrics")
    )
    func victoriaMetrics() async throws {
        let port = Int.random(in: 20_000..<32_000)
        let password = try box.writeSecret("engine", "its password")
        let engine = try Peer(
            [
                "/usr/bin/victoria-metrics", "-storageDataPath=\(box.folder)/engine",
                "-httpListenAddr=127.0.0.1:\(port)",
                "-retentionPeriod=100y", "-memory.allowedPercent=5", "-dedup.minScrapeInterval=1ms",
                "-httpAuth.username=box-dupont", "-httpAuth.password=its password",
            ]
        )
        defer { engine.kill() }
        let text = """
            [influx]
            database = "parc"
            [central]
            url = "http://127.0.0.1:\(port)"
            names = "policy"
            only = ["m15.energy", "raw.box"]
            """
        let settings = box.folder + "/central.toml"
        try text.write(toFile: settings, atomically: true, encoding: .utf8)
        let file = box.folder + "/dupont.join"
        let add = ["central", "add", "dupont", file, "--password-file", password, "--config", settings]
        let added = try Peer.run([box.program] + add)
        #expect(added.code == 0, "\(added.output)")
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        defer { house.kill() }
        _ = house.line()
        let config = try configure()
        _ = try join(file, config)
        let word = BoxIdentity.of(box.folder).word
        func names() throws -> Set<String> {
            let question = "http://127.0.0.1:\(port)/api/v1/export?match[]=%7Bbox=%22\(word)%22%7D"
            let user = ["--user", "box-dupont:its password"]
            let answer = try Peer.run(["/usr/bin/curl", "--silent", "--globoff", question] + user)
            return Set(
                try answer.output.split(separator: "\n").compactMap { line in
                    let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                    return (row?["metric"] as? [String: String])?["__name__"]
                }
            )
        }
        _ = try await run(config, quarters: 2) { _ in
            try names().isSuperset(of: ["m15_energy_import_wh", "raw_box_clock", "raw_box_machine"])
        }
        let found = try names()
        #expect(found.allSatisfy { $0.hasPrefix("m15_energy_") || $0.hasPrefix("raw_box_") }, "\(found)")
    }

    @Test("two machines under one identity are told at the centre, two boxes by one file, and a box that nobody knows")
    func copies() async throws {
        let config = try configure()
        let file = try centre.add("dupont")
        _ = try join(file, config)
        let word = BoxIdentity.of(box.folder).word
        let now = Int64(Date().timeIntervalSince1970)
        func health(_ word: String, _ machine: Int, _ time: Int64, clock: Int = 2, site: String = "maison") throws {
            let line = "box,box=\(word),site=\(site) uptime_s=1i,clock=\(clock)i,machine=\(machine)i \(time)"
            let done = try box.run("write", "--policy", "raw", "--output", "central", "--config", config, input: line)
            #expect(done.code == 0, "\(done.output)")
        }
        try health(word, 17, now - 1000)
        try lists("→", false)
        try health(word, 18, now - 900)
        try lists("2 machines go on under this identity")
        try health(word, 18, now - 800, site: "grange")
        try lists("it was renamed: grange now, until then maison")

        // One that sends quarters only is in the sums, and so in the list; words of anybody begin no line of their own.
        func write(_ policy: String, _ line: String) throws {
            let words = ["write", "--policy", policy, "--output", "central", "--config", config]
            #expect(try Peer.run([box.program] + words, input: line).code == 0)
        }
        try write("m15", "energy,box=qqqqq-22222,site=gîte import_wh=1 \(now - 8000)")
        try lists("—       qqqqq-22222  heard")
        let start = "event,box=qqqqq-33333,kind=box title=\"Box rattachée au centre\",text="
        // As somebody's own program may write it: a line feed in a text.
        let lie = Data("\(start)\"a\ndurand  fffff-fffff\" \(now)".utf8)
        try centre.write(lie, policy: "day")
        try lists("\ndurand", false)
        try lists("qqqqq-33333")
        // Under another site it is the same box, once.
        try write("m15", "energy,box=qqqqq-22222,site=maison import_wh=1 \(now - 900)")
        #expect(try centre.list().ranges(of: "qqqqq-22222").count == 1)

        let other = try Installation()
        let twin = try other.configure(url, "")
        #expect(try other.run("join", file, "--config", twin).code == 0)
        try health("k7f39-x2m4t", 19, now - 9000, clock: 1)
        try health("zzzzz-zzzzz", 20, now + 5000, clock: 0)
        let list = try centre.list()
        #expect(list.contains("another box joined with the same file"), "\(list)")
        #expect(list.contains("nobody knows it") && list.contains("it is silent, or its clock is behind"), "\(list)")
        #expect(list.contains("its clock is 83 min ahead") && list.contains("nothing confirms its clock"), "\(list)")
        #expect(list.contains("somebody set its clock"), "\(list)")

        // The name goes over to another box when one replaced the other, which fell silent.
        let event =
            "event,box=\(BoxIdentity.of(other.folder).word),kind=box,site=maison "
            + "title=\"Box rattachée au centre\",text=\"dupont\" \(now - 200_000)"
        _ = try await centre.rows("DROP SERIES FROM \"event\" WHERE box = '\(BoxIdentity.of(other.folder).word)'")
        let moved = try box.run("write", "--policy", "day", "--output", "central", "--config", config, input: event)
        #expect(moved.code == 0, "\(moved.output)")
        try lists("another box joined with the same file", false)

        // At the box itself a copied card is told before it joins.
        let folder = other.folder + "/identity"
        try "box=\(word)\nmachine=0123456789abcdef\n".write(toFile: folder, atomically: true, encoding: .utf8)
        let copied = try other.run("join", file, "--config", twin)
        #expect(copied.code == 1 && copied.output.contains("boxenergie identity"), "\(copied.output)")
    }

    @Test(
        "a clock that is wrong by a day is told by join and doctor, and its box is marked at the centre",
        .enabled(if: Uptime.now.seconds(since: Uptime(nanoseconds: 0)) > 1800, "so long nobody's clock is believed")
    )
    func clockWrong() async throws {
        let device = try HTTPPeer()
        try device.serve("/", ["body": "{\"wh\": 1000001, \"w\": 500}"])
        let config = try box.configure(url, sources: device.meter("compteur"))
        let text = try String(contentsOfFile: config, encoding: .utf8).replacing("clock_has_battery = true\n", with: "")
        try text.write(toFile: config, atomically: true, encoding: .utf8)
        #expect(try box.run("provision", "--config", config).code == 0)
        let file = try centre.add("dupont", "--days", "60")
        let shift = box.folder + "/shift"
        for (seconds, words) in [(-91_800, "25 h behind"), (91_800, "25 h ahead")] {
            // No time server keeps it.
            let text = "\(seconds)".padding(toLength: 10, withPad: " ", startingAt: 0) + "n"
            try text.write(toFile: shift, atomically: true, encoding: .utf8)
            let wrong = ["/usr/bin/env", "LD_PRELOAD=\(box.folder)/clock.so", "CLOCK_SHIFT_FILE=\(shift)", box.program]
            let joined = try Peer.run(wrong + ["join", file, "--config", config])
            #expect(joined.code == 0 && joined.output.contains(words), "\(joined.output)")
            let fast = try String(contentsOfFile: config, encoding: .utf8)
                .replacing("flush = \"1min\"", with: "flush = \"1s\"").replacing("send_every = \"1h\"\n", with: "")
            try fast.write(toFile: config, atomically: true, encoding: .utf8)
            let daemon = try Peer(wrong + ["run", "--config", config])
            let word = BoxIdentity.of(box.folder).word
            let question = "SELECT clock FROM \"raw\".\"box\" WHERE box = '\(word)' AND time > now() - 30h"
            #expect(
                try await eventually {
                    let rows = try await centre.rows(question).filter { row in
                        guard case .integer(let time)? = row["time"] else { return false }
                        return abs(time - Int64(Date().timeIntervalSince1970)) > 80_000
                    }
                    return !rows.isEmpty && rows.allSatisfy { $0["clock"] == .integer(1) }
                }
            )
            let doctor = try Peer.run(wrong + ["doctor", "--config", config]).output
            #expect(doctor.contains(words), "\(doctor)")
            #expect(daemon.terminate().code == 0)
            try lists("nothing confirms its clock")
        }
    }
}
