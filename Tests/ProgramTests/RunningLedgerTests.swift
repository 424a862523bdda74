import Foundation
import InfluxOutput
import Logging
import MeterCore
import MeterNotation
import Testing

@testable import boxenergie

/// The ledger of the running program, with a real database.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct RunningLedgerTests {
    private let box: Installation

    init() throws { box = try Installation() }

    private func startHouse() throws -> Peer {
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        _ = house.line()
        return house
    }

    /// Starts the program and waits until its ledger is open and what it then said is stored.
    private func startCounting(_ url: String, _ config: String) async throws -> Peer {
        let start = Int64(Date().timeIntervalSince1970)
        let daemon = try box.start("run", "--config", config)
        // Flows are counted by an open ledger only; a slot of ten seconds has the time of its beginning.
        let flows = "SELECT import_w FROM \"raw\".\"flow\" WHERE time > \(start - 10)s"
        #expect(try await eventually { try await !box.rows(url, flows).isEmpty }, "the ledger is not open")
        return daemon
    }

    private func number(_ value: InfluxValue?) -> Double? { value?.number }

    /// Three hours of a meter that counts one Wh a minute, until a minute ago.
    private func history(_ end: Int64) -> String {
        (0..<180).map { (minute: Int64) in
            "linky,site=maison,source=linky wh_in=\(5_000_000 + minute)i,wh_out=7i \(end + 60 * (minute - 180))\n"
        }.joined()
    }

    /// Each quarter that the history covers to its end has its 15 Wh, and the days are the sums of theirs.
    private func check(_ url: String, _ end: Int64, _ what: String) async throws {
        let first = (end - 3 * 3600 + 899) / 900 * 900
        let quarters = try await box.rows(
            url,
            "SELECT import_wh FROM m15.energy WHERE time >= \(first)s AND time < \(end - 960)s"
        )
        #expect(quarters.count >= 10, "\(what)")
        for row in quarters { #expect(abs((number(row["import_wh"]) ?? 0) - 15) < 1e-3, "\(what): \(row)") }
        let days = try await box.rows(url, "SELECT import_wh FROM day.energy")
        #expect(!days.isEmpty, "\(what)")
        for day in days {
            let start = try #require(day["time"])
            let sum = try await box.rows(
                url,
                "SELECT sum(import_wh) FROM m15.energy WHERE time >= \(start)s AND time < \(start)s + 1d"
            )
            #expect(abs((number(day["import_wh"]) ?? -1) - (number(sum.first?["sum"]) ?? -2)) < 1e-3, "\(what)")
        }
    }

    @Test("killed in the middle of a quarter, with its memory and without it, the program counts nothing twice")
    func killed() async throws {
        let server = try box.influxd()
        let url = server.line()
        let told = box.folder + "/told"
        let config = try box.configure(url)
        try
            (String(contentsOfFile: config, encoding: .utf8) + """

                [notify]
                command = ["/bin/sh", "-c", "cat >> \(told)"]
                """).write(toFile: config, atomically: true, encoding: .utf8)
        #expect(try box.run("provision", "--config", config).code == 0)
        let end = Int64(Date().timeIntervalSince1970) - 60
        #expect(try box.run("write", "--policy", "raw", "--config", config, input: history(end)).code == 0)
        let house = try startHouse()

        // Without a memory: made anew from the database.
        var daemon = try box.start("run", "--config", config)
        let count = "SELECT count(import_wh) FROM m15.energy"
        #expect(try await eventually { number(try await box.rows(url, count).first?["count"]) ?? 0 >= 11 })
        #expect(try await eventually { FileManager.default.fileExists(atPath: box.folder + "/counters") })
        try await check(url, end, "anew")
        daemon.kill()
        // The register of the simulated house is another one: that is an event, and no energy.
        #expect(
            try await eventually {
                (try? String(contentsOfFile: told, encoding: .utf8))?.contains("\"kind\":\"meter\"") == true
            }
        )

        // With the memory that was saved.
        daemon = try await startCounting(url, config)
        try await check(url, end, "with memory")
        daemon.kill()

        // The memory is lost.
        try FileManager.default.removeItem(atPath: box.folder + "/counters")
        daemon = try await startCounting(url, config)
        try await check(url, end, "without memory")
        #expect(daemon.terminate().code == 0)

        // And by hand.
        let rollup = try box.run("rollup", "--config", config)
        #expect(rollup.code == 0 && rollup.output.contains("points written"), "\(rollup.output)")
        try await check(url, end, "rollup")
        let titles = try await box.rows(url, "SELECT title FROM day.event WHERE kind = 'meter'")
        #expect(titles.first?["title"] == .string("Saut d'index"))
        #expect(house.terminate().code == 0)
    }

    /// The sums that the program saved: of spans by their start, what was drawn.
    private func saved() throws -> [Int64: Double] {
        let file = StateFile(box.folder + "/counters")
        var sums: [Int64: Double] = [:]
        let contents = try JSONSerialization.jsonObject(with: Data(try #require(file.text))) as? [String: Any]
        let totals = (contents?["ledger"] as? [String: Any])?["totals"] as? [String: Any]
        for span in totals?["spans"] as? [[String: Any]] ?? [] where span["kind"] as? Int != 0 {
            if let start = span["start"] as? Int64, let sum = (span["sums"] as? [String: Double])?["import_wh"] {
                sums[start] = max(sums[start] ?? 0, sum)
            }
        }
        return sums
    }

    @Test("after rollup the box goes on from the new sums, whether it runs meanwhile or not")
    func goesOnFromNewSums() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        let end = Int64(Date().timeIntervalSince1970) - 60
        #expect(try box.run("write", "--policy", "raw", "--config", config, input: history(end)).code == 0)
        let house = try startHouse()
        var daemon = try box.start("run", "--config", config)
        let count = "SELECT count(import_wh) FROM m15.energy"
        #expect(try await eventually { number(try await box.rows(url, count).first?["count"]) ?? 0 >= 11 })
        #expect(try await eventually { FileManager.default.fileExists(atPath: box.folder + "/counters") })

        // Readings of a sub-meter, brought in later: twice as much in the same three hours.
        func bring(_ source: String) throws {
            let lines = history(end).replacing("source=linky", with: "source=\(source)")
            #expect(try box.run("write", "--policy", "raw", "--config", config, input: lines).code == 0)
        }
        func compare(_ what: String) async throws {
            let saved = try saved()
            for measurement in ["energy", "energy_month"] {
                let rows = try await box.rows(url, "SELECT last(import_wh) FROM day.\(measurement)")
                let (start, sum) = (rows.first?["time"], try #require(number(rows.first?["last"])))
                guard case .integer(let start)? = start else { continue }
                let ours = try #require(saved[start] ?? saved.values.max(), "\(what): \(saved)")
                #expect(ours >= sum - 1e-6, "\(what): \(measurement) \(saved), database \(sum)")
            }
        }
        let before = try #require(
            number(try await box.rows(url, "SELECT sum(import_wh) FROM day.energy").first?["sum"])
        )
        try bring("late")
        let running = try box.run("rollup", "--config", config)
        #expect(running.code == 0 && running.output.contains("goes on from these sums"), "\(running.output)")
        let between = try #require(
            number(try await box.rows(url, "SELECT sum(import_wh) FROM day.energy").first?["sum"])
        )
        #expect(between > before * 1.8)
        try await compare("running")
        #expect(daemon.terminate().code == 0)
        try await compare("stopped")

        try bring("later")
        let stopped = try box.run("rollup", "--config", config)
        #expect(stopped.code == 0 && !stopped.output.contains("goes on from these sums"), "\(stopped.output)")
        let after = try #require(number(try await box.rows(url, "SELECT sum(import_wh) FROM day.energy").first?["sum"]))
        #expect(after > before * 2.7)
        daemon = try await startCounting(url, config)
        #expect(daemon.terminate().code == 0)
        try await compare("started again")
        #expect(house.terminate().code == 0)
    }

    /// The books' lines for days and months that came so far, by measurement.
    private func sums(_ batcher: Batcher) -> [String: [String]] {
        var found: [String: [String]] = [:]
        for batch in batcher.take() {
            for line in String(decoding: batch.lines, as: UTF8.self).split(separator: "\n") {
                let name = "\(batch.policy.name).\(line.prefix { $0 != "," })"
                if ["day.energy", "day.energy_month", "raw.flow"].contains(name) {
                    found[name, default: []].append(String(line))
                }
            }
        }
        return found
    }

    @Test("a state that is lost while the database is away: no day or month is written before that was read")
    func lostState() async throws {
        MainLoop.start()
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        let end = Int64(Date().timeIntervalSince1970) / 60 * 60 - 3600
        #expect(try box.run("write", "--policy", "raw", "--config", config, input: history(end)).code == 0)
        #expect(try box.run("rollup", "--config", config).code == 0)
        server.sendLine("kill")
        #expect(server.line() == "killed")

        let batcher = Batcher(database: "boxenergie")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var settings = InfluxSettings()
        settings.url = url
        let intake = Intake(
            to: [batcher],
            clock: { ClockReading(wall: .now(), uptime: .now, isSynchronized: true) },
            logger: logger
        )
        let series = Series(.linky, tags: [("site", "maison"), ("source", "linky")])
        func read(_ minute: Int64) {
            let values: KeyValuePairs<Field, FieldValue?> = [
                .whIn: .integer(5_000_180 + minute), .whOut: .integer(7), .vaIn: .integer(60),
            ]
            intake.append(Point(series, at: Timestamp(seconds: end + minute * 60), row: values))
        }
        let opening = LedgerOpening(
            settings: Ledger.Settings(),
            server: settings,
            places: RawHistory.Places(),
            sources: ["linky"],
            logger: logger,
            pause: .milliseconds(1),
            longPause: .milliseconds(100)
        )
        async let isRead = opening.open(intake, nil, isOutdated: false)
        for minute in Int64(0)..<40 { read(minute) }
        var found: [String: [String]] = [:]
        let isOpen = try await eventually {
            found.merge(sums(batcher)) { $0 + $1 }
            return found["raw.flow"] != nil
        }
        #expect(isOpen, "the ledger is not open")
        #expect(found["day.energy"] == nil && found["day.energy_month"] == nil, "\(found)")
        server.sendLine("start")
        #expect(server.line() == url)
        #expect(await isRead)
        for minute in Int64(40)..<60 { read(minute) }
        let month = try #require(sums(batcher)["day.energy_month"]?.last)
        let value = try #require(month.firstMatch(of: /import_wh=([0-9.]+)/).flatMap { Double($0.1) })
        let calendar = LocalCalendar(.paris)
        let last = (end + 59 * 60) / 900 * 900
        let first = max(calendar.startOfMonth(last), end - 180 * 60)
        #expect(abs(value - Double(last - first) / 60) < 1e-3, "\(month)")
    }

    @Test("a user who may only write: the program says so and goes on, and rollup asks for one who may read")
    func writerOnly() async throws {
        let server = try box.influxd("--auth")
        let url = server.line()
        let admin = try box.writeSecret("admin", "secret")
        let writer = try box.writeSecret("writer", "pen")
        let reader = try box.writeSecret("reader", "glasses")
        _ = try await box.client(url).query("CREATE USER admin WITH PASSWORD 'secret' WITH ALL PRIVILEGES")
        let config = try box.configure(url, "username = \"writer\"\npassword_file = \"\(writer)\"")
        let provision = try box.run(
            "provision",
            "--config",
            config,
            "--admin",
            "admin",
            "--admin-password-file",
            admin,
            "--reader",
            "grafana:\(reader)"
        )
        #expect(provision.code == 0, "\(provision.output)")
        _ = try await box.client(url, user: "admin", password: "secret").query("GRANT WRITE ON boxenergie TO writer")
        let end = Int64(Date().timeIntervalSince1970) - 60
        #expect(try box.run("write", "--policy", "raw", "--config", config, input: history(end)).code == 0)
        let house = try startHouse()
        let once = try box.run("run", "--once", "--config", config)
        #expect(once.code == 0, "\(once.output)")
        #expect(once.output.contains("The ledger could not read the database"), "\(once.output)")
        let refused = try box.run("rollup", "--config", config)
        #expect(refused.code == 69 && refused.output.contains("--user"), "\(refused.output)")
        let rollup = try box.run("rollup", "--config", config, "--user", "grafana", "--password-file", reader)
        #expect(rollup.code == 0, "\(rollup.output)")
        let dry = try box.run("rollup", "--config", config, "--user", "grafana", "--password-file", reader, "--dry-run")
        #expect(
            dry.code == 0 && dry.output.contains("nothing written") && dry.output.contains("import_wh"),
            "\(dry.output)"
        )
        let rows = try await box.client(url, user: "admin", password: "secret")
            .query("SELECT import_wh FROM m15.energy", database: "boxenergie").flatMap(\.rows)
        #expect(rows.count >= 11)
        #expect(house.terminate().code == 0)
    }
}
