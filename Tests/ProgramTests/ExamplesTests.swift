import Foundation
import InfluxOutput
import MeterCore
import Testing

/// Every query of `influx/EXAMPLES.md` on a real server, its numbers compared with a house that is known.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct ExamplesTests {
    private typealias Row = [String: InfluxValue]
    private let box: Installation
    private let house: ExampleHouse
    private let page: String

    init() throws {
        box = try Installation()
        house = try ExampleHouse()
        page = try String(contentsOfFile: Installation.root + "/influx/EXAMPLES.md", encoding: .utf8)
    }

    @Test("each example answers without an error, and with the right numbers")
    func examples() async throws {
        let server = try box.influxd()
        let url = server.line()
        try lay(url)
        let queries = blocks("sql")
        #expect(Set(queries.map(\.title)) == Set(expectations.keys))
        for query in queries {
            let results = try await box.client(url).query(query.text, database: "boxenergie")
            let rows = results.flatMap(\.rows)
            #expect(!results.isEmpty && results.allSatisfy { !$0.rows.isEmpty }, "\(query.title) is empty")
            let isRight = expectations[query.title]?(rows) ?? false
            #expect(isRight, "\(query.title): \(rows.prefix(5))")
        }
        for schema in schemaQueries {
            #expect(queries.contains { $0.text == schema }, "a query of the schema is missing: \(schema)")
        }
    }

    @Test("the export to a spreadsheet is CSV, and asks for a user")
    func export() async throws {
        let server = try box.influxd("--auth")
        let url = server.line()
        let admin = box.client(url, user: "reader", password: "secret")
        _ = try await admin.query("CREATE USER \"reader\" WITH PASSWORD 'secret' WITH ALL PRIVILEGES")
        try lay(url, login: "reader:secret")
        let command = try #require(blocks("sh").map(\.text).first { $0.hasPrefix("curl") })
        #expect(command.contains("--user reader --get 'http://127.0.0.1:8086/"))
        let here = command.replacingOccurrences(of: "http://127.0.0.1:8086", with: url)
        let without = try Peer.run(["/bin/sh", "-c", here.replacingOccurrences(of: "--user reader", with: "")])
        #expect(without.output.contains("unable to parse authentication credentials"), "\(without)")
        func quartersOfAWeek() -> Int {
            let start = Date().timeIntervalSince1970 - 7 * 86_400
            return house.quarters.count { Double($0) >= start }
        }
        let most = quartersOfAWeek()
        let csv = try Peer.run(["/bin/sh", "-c", here.replacingOccurrences(of: "reader", with: "reader:secret")])
        let least = quartersOfAWeek()
        let lines = csv.output.split(separator: "\n")
        #expect(lines.first == "name,tags,time,import_wh,export_wh,production_wh")
        #expect((least...most).contains(lines.count - 1), "\(lines.count) lines, \(least) to \(most) quarters")
        #expect(lines.last == "energy,,\(house.quarters.last ?? 0),100,50,200")
    }

    // MARK: - What is right

    private typealias Check = ([Row]) -> Bool

    private var expectations: [String: Check] {
        var checks: [String: Check] = [:]
        checks["Power of the house, in watts"] = {
            $0.map { [$0["production"], $0["soutirage"], $0["injection"], $0["consommation"]].map(number) }
                == [[800, 400, 200, 1000]]
        }
        checks["Power over the last six hours, a value a minute"] = {
            (360...361).contains($0.count)
                && $0.allSatisfy { number($0["mean"]) == 800 && number($0["mean_1"]) == 1000 }
        }
        checks["Share of the subscribed power that is drawn, in percent"] = {
            $0.map { number($0["last_last"]) } == [20]
        }
        checks["Voltage of each phase"] = { $0.map { number($0["last"]) } == [231, 232, 233] }
        checks["kWh drawn each day"] = { days($0, "sum", each: 0.1, within: 30) }
        checks["kWh of production, soutirage, injection and consumption each day"] = {
            days($0, "production", each: 0.2, within: 7) && days($0, "soutirage", each: 0.1, within: 7)
                && days($0, "injection", each: 0.05, within: 7) && days($0, "consommation", each: 0.25, within: 7)
        }
        checks["kWh and euros of each month"] = {
            $0.map { [$0["soutirage_kwh"], $0["injection_kwh"], $0["eur_import"], $0["eur_saved"]].map(number) }
                == [[288, 144, 72, 90]]
        }
        checks["Autoconsommation of the week, in percent"] = { $0.count == 1 && only($0[0]) == 75 }
        checks["Autonomie of the week, in percent"] = { $0.count == 1 && only($0[0]) == 60 }
        checks["The hours of the day, kWh of the last 30 days"] = {
            $0.count == 24 && $0.allSatisfy { near(number($0["kwh"]), 30, within: 1.1) }
        }
        checks["How many quarters were estimated"] = { $0.map { number($0["count"]) } == [8] }
        checks["Base load: the least power that the house draws"] = { $0.map { number($0["watts"]) } == [1000] }
        checks["kWh and euros of each register, this month so far"] = { rows in
            let first = house.calendar.date(from: DateComponents(year: 2026, month: 11, day: 1))
            let count = house.quarters.filter { Double($0) >= first?.timeIntervalSince1970 ?? 0 }.count
            return zip(rows, [(0.04, 0.01), (0.06, 0.02)]).allSatisfy { row, each in
                near(number(row["kwh"]), each.0 * Double(count)) && near(number(row["eur"]), each.1 * Double(count))
            } && rows.count == 2
        }
        checks["Names of the registers in mode standard"] = {
            $0.map { [$0["f01"], $0["f02"], $0["f03"]] } == [
                [.string("Heures creuses"), .string("Heures pleines"), .null]
            ]
        }
        checks["Euros a day"] = {
            (7...8).contains($0.count)
                && $0.allSatisfy { number($0["eur_import"]) == 2.4 && number($0["eur_saved"]) == 3 }
        }
        checks["Mean price of a kWh drawn"] = { $0.count == 1 && near(number($0[0]["eur_per_kwh"]), 0.25) }
        checks["Voltage extremes of the day, each phase"] = {
            $0.map { [$0["min"], $0["max"]].map(number) } == [[207, 241], [208, 242], [209, 243]]
        }
        checks["Seconds outside 207 to 253 V, each day"] = {
            (30...31).contains($0.count)
                && $0.allSatisfy { number($0["out_s"]) == 120 && number($0["v_min"]) == 201.5 }
        }
        checks["Most power drawn each day, beside the subscribed power, in VA"] = {
            (7...9).contains($0.count) && $0.dropFirst().dropLast().allSatisfy { number($0["most"]) == 7200 }
                && $0.allSatisfy { number($0["subscribed"]) == 9000 }
        }
        checks["The three quarters with the most power"] = { $0.map { number($0["top"]) } == [7200, 7200, 7200] }
        checks["What happened"] = { $0.map { $0["title"] } == [.string("Tension basse")] }
        checks["Registers of the Linky, as its display shows them"] = {
            $0.map { number($0["last"]) } == [4_000_000, 6_000_000]
        }
        checks["kWh a day straight from the register"] = {
            // 20 Wh a minute; the first and the last day are not whole.
            $0.count >= 3 && $0.dropFirst().dropLast().allSatisfy { near(only($0), 28.8, within: 1.3) }
        }
        checks["Water, in litres a day"] = { days($0, "sum", each: 5, within: 7) }
        checks["Meters that have been silent for five minutes"] = { $0.map { number($0["age"]) } == [900] }
        checks["What is there: measurements, fields, phases"] = { rows in
            let words = Set(rows.flatMap(\.values))
            return ["linky", "energy_month", "production_wh", "3"].allSatisfy { words.contains(.string($0)) }
        }
        return checks
    }

    private let schemaQueries = [
        """
        SELECT sum("import_wh") / 1000 FROM "m15"."energy" WHERE "site" = 'maison' AND time >= now() - 30d GROUP BY time(1d) fill(0) tz('Europe/Paris')
        """,
        """
        SELECT (sum("production_wh") - sum("export_wh")) / sum("production_wh") * 100 FROM "m15"."energy" WHERE time >= now() - 7d
        """,
        """
        SELECT min("v_min"), max("v_max") FROM "m15"."phase" WHERE time >= now() - 1d GROUP BY "phase"
        """,
        """
        SELECT last("va_in") / last("pref_va") * 100 FROM "raw"."linky"
        """,
    ]

    /// Each whole local day is the sum of its quarters, 23 and 25 hour days, too, and the rest of the span is there.
    private func days(_ rows: [Row], _ column: String, each: Double, within count: Int64) -> Bool {
        let span = house.quarters.filter { $0 >= house.now - count * 86_400 }
        var expected: [Int64: Double] = [:]
        for quarter in span { expected[house.midnight(quarter), default: 0] += each }
        return rows.count == expected.count
            && rows.dropFirst().allSatisfy { row in
                guard case .integer(let time)? = row["time"] else { return false }
                return near(number(row[column]), expected[time] ?? -1)
            }
    }

    private func only(_ row: Row) -> Double { number(row.first { $0.key != "time" }?.value) }

    private func number(_ value: InfluxValue?) -> Double { value?.number ?? .nan }

    private func near(_ value: Double, _ wanted: Double, within tolerance: Double = 1e-6) -> Bool {
        abs(value - wanted) <= tolerance
    }

    /// The page's code blocks of a language under their headings.
    private func blocks(_ language: String) -> [(title: String, text: String)] {
        var blocks: [(title: String, text: String)] = []
        var title = ""
        var text: [Substring]?
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("#"), text == nil { title = String(line.drop { $0 == "#" || $0 == " " }) }
            if line == "```", let lines = text {
                blocks.append((title, lines.joined(separator: "\n")))
                text = nil
            } else if line == "```\(language)" {
                text = []
            } else {
                text?.append(line)
            }
        }
        return blocks
    }

    private func lay(_ url: String, login: String? = nil) throws {
        let user = login.map { ["--user", $0] } ?? []
        let curl = ["/usr/bin/curl", "--silent", "--show-error", "--fail"] + user
        for line in try String(contentsOfFile: Installation.root + "/influx/provision.influxql", encoding: .utf8)
            .split(separator: "\n")
        {
            let made = try Peer.run(curl + ["\(url)/query", "--data-urlencode", "q=\(line)"])
            #expect(made.code == 0 && !made.output.contains("error"), "\(made)")
        }
        for (policy, lines) in house.lines {
            let write = ["--data-binary", "@-", "\(url)/write?db=boxenergie&rp=\(policy)&precision=s"]
            let written = try Peer.run(curl + write, input: lines.joined(separator: "\n"))
            #expect(written.code == 0, "\(policy): \(written)")
        }
    }
}
