import Foundation
import InfluxOutput
import MeterNotation
import Testing

/// `import` with a real database: exact sums, nothing measured is touched, twice is once.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct ImportTests: EnedisFiles {
    let box: Installation

    init() throws { box = try Installation() }

    @Test(
        "a month with its autumn night and off-peak hours: every sum to the watt-hour, euros as a bill, twice is once"
    )
    func whole() async throws {
        let server = try box.influxd()
        let (url, config) = try prepare(
            server,
            "option = \"hphc\"\nprices = { HC = 0.1635, HP = 0.2081 }\nsubscription = 15.5"
        )
        let first = LocalDate(year: 2025, month: 10, day: 1)
        func watts(_ start: Int64) -> Int64 { 200 + start / 1800 * 38 % 1500 }
        let curve = try curve(from: first, days: 31) { watts($0) }
        var days: [(off: Int64, peak: Int64)] = []
        for day in Int64(0)..<31 {
            let starts = stride(from: start(first, day), to: start(first, day + 1), by: 1800)
            let off = starts.filter { !(6..<22).contains(Self.calendar.hour($0)) }.reduce(0) { $0 + watts($1) / 2 }
            days.append((off, starts.reduce(0) { $0 + watts($1) / 2 } - off))
        }
        let registers = try registers(from: first, days)
        let off = Double(days.reduce(0) { $0 + $1.off })
        let peak = Double(days.reduce(0) { $0 + $1.peak })
        for files in [[curve, registers], [registers, curve]] {
            let done = try Peer.run([box.program, "import", "--config", config] + files)
            #expect(done.code == 0, "\(done.output)")
            #expect(!done.output.contains(Self.meter) && !done.output.contains(".csv"), "\(done.output)")
            #expect(try await sums(url, ["import_wh", "consumption_wh"], "m15.energy") == [off + peak, off + peak])
            #expect(try await sums(url, ["import_wh"], "m15.hourly") == [off + peak])
            let energy = ["import_wh", "consumption_wh", "eur_import", "eur_subscription"]
            let euros = off * 0.1635 / 1000 + peak * 0.2081 / 1000
            for place in ["\"day\".\"energy\"", "\"day\".\"energy_month\""] {
                let found = try await sums(url, energy, place)
                #expect(
                    zip(found, [off + peak, off + peak, euros, 15.5]).allSatisfy { abs($0 - $1) < 1e-3 },
                    "\(found)"
                )
            }
            #expect(try await sums(url, ["wh"], "m15.tariff WHERE \"register\" = 'HC'") == [off])
            #expect(try await sums(url, ["wh"], "m15.tariff WHERE \"register\" = 'HP'") == [peak])
            let count = try await box.rows(
                url,
                "SELECT count(import_wh) AS n FROM m15.energy WHERE imported = true AND estimated = true"
            )
            #expect(count.first?["n"]?.number == Double(31 * 96 + 4))
        }
    }

    @Test(
        "what the box measured stays as it is; the day of its start is filled before, and a month is the sum of its days"
    )
    func seam() async throws {
        let server = try box.influxd()
        let (url, config) = try prepare(server, "option = \"base\"\nprices = { BASE = 0.2 }")
        let first = LocalDate(year: 2025, month: 6, day: 2)
        let began = start(first, 2) + 12 * 3600
        // From noon of the third day on the box measured 100 Wh a quarter, and its day.
        try measure(100, began..<start(first, 4), config)
        let days =
            "energy,site=maison import_wh=4800,eur_import=0.96 \(start(first, 2))\n"
            + "energy,site=maison import_wh=9600,eur_import=1.92 \(start(first, 3))\n"
        #expect(try box.run("write", "--policy", "day", "--config", config, input: days).code == 0)
        let curve = try curve(from: first, days: 4) { _ in 1000 }
        let look = try box.run("import", "--dry-run", curve, "--config", config)
        #expect(look.code == 0 && look.output.contains("nothing was written"), "\(look.output)")
        #expect(try await sums(url, ["import_wh"], "m15.energy") == [14_400])
        for _ in 0..<2 {
            let done = try box.run("import", curve, "--config", config)
            #expect(done.code == 0, "\(done.output)")
            let measured = try await sums(url, ["import_wh"], "m15.energy WHERE time >= \(began)s")
            #expect(measured == [14_400])
            #expect(try await sums(url, ["import_wh"], "m15.energy WHERE time < \(began)s") == [60_000])
            let rows = try await box.rows(url, "SELECT import_wh, eur_import FROM \"day\".\"energy\"")
            #expect(rows.map { $0["import_wh"]?.number } == [24_000, 24_000, 16_800, 9600])
            #expect(rows.compactMap { $0["eur_import"]?.number }.map { ($0 * 100).rounded() } == [480, 480, 336, 192])
            let month = try await sums(url, ["import_wh"], "\"day\".\"energy_month\"")
            #expect(month == [74_400])
        }
    }

    @Test("the day on which the box came has what the file's day counted and the box did not, without any curve")
    func firstDayOfDays() async throws {
        let server = try box.influxd()
        let (url, config) = try prepare(server, "option = \"base\"\nprices = { BASE = 0.2 }")
        let first = LocalDate(year: 2025, month: 6, day: 2)
        let began = start(first, 1) + 12 * 3600
        try measure(300, began..<start(first, 2), config)
        let registers = try registers(from: first, [(10_000, 14_000), (10_000, 14_000)])
        for _ in 0..<2 {
            #expect(try box.run("import", registers, "--config", config).code == 0)
            #expect(try await sums(url, ["import_wh"], "m15.energy") == [48_000])
            let rows = try await box.rows(url, "SELECT import_wh, eur_import FROM \"day\".\"energy\"")
            #expect(rows.map { $0["import_wh"]?.number } == [24_000, 24_000])
            #expect(try await sums(url, ["import_wh"], "m15.energy WHERE time < \(began)s") == [48_000 - 48 * 300])
        }
    }

    @Test("a hole is missing and no zero: its quarters, its day and their euros are left out, and it is said")
    func hole() async throws {
        let server = try box.influxd()
        let (url, config) = try prepare(server, "option = \"base\"\nprices = { BASE = 0.2 }")
        let first = LocalDate(year: 2025, month: 6, day: 2)
        let gap = start(first, 1) + 3600
        let curve = try curve(from: first, days: 2) { $0 == gap ? nil : 1000 }
        let done = try box.run("import", curve, "--config", config)
        #expect(done.code == 0 && done.output.contains("1 day has holes"), "\(done.output)")
        #expect(try await sums(url, ["import_wh"], "m15.energy") == [47_500])
        let rows = try await box.rows(url, "SELECT import_wh FROM \"day\".\"energy\" WHERE import_wh > 0")
        #expect(rows.map { $0["import_wh"]?.number } == [24_000])
        #expect(!done.output.contains("last half hour"))
        let ended = try self.curve(from: first, days: 2, meter: "55556666777788") {
            $0 == start(first, 1) - 1800 ? nil : 1000
        }
        let look = try box.run("import", "--dry-run", ended, "--config", config)
        #expect(look.output.contains("1 of them lack their last half hour only"), "\(look.output)")
        // A register tells what was in it.
        let registers = try registers(from: first, [(10_000, 14_000), (10_000, 13_900)])
        #expect(try box.run("import", curve, registers, "--config", config).code == 0)
        #expect(
            try await sums(url, ["import_wh"], "m15.energy WHERE time >= \(gap)s AND time < \(gap + 1800)s") == [400]
        )
        #expect(try await sums(url, ["import_wh"], "\"day\".\"energy\"") == [47_900])
    }

    @Test("far above the subscribed power of today is in doubt, and an error only where the day's register says so")
    func implausible() async throws {
        let server = try box.influxd()
        let (url, config) = try prepare(server, "option = \"base\"\nprices = { BASE = 0.2 }")
        let place = "site_info,site=maison pref_kva=6 1700000000\n"
        #expect(try box.run("write", "--policy", "day", "--config", config, input: place).code == 0)
        let first = LocalDate(year: 2025, month: 6, day: 2)
        let curve = try curve(from: first, days: 1) { $0 == start(first) + 3600 ? 20_822 : 1000 }
        let done = try box.run("import", curve, "--config", config)
        #expect(done.code == 0 && done.output.contains("1 step far above"), "\(done.output)")
        // The contract may have been for more then.
        #expect(try await sums(url, ["import_wh"], "m15.energy") == [23_500 + 10_411])
        let marked = "SELECT sum(import_wh) AS s FROM m15.energy WHERE doubtful = true"
        #expect(try await box.rows(url, marked).first?["s"]?.number == 10_411)
        let days = ["--from", "2025-06-02", "--to", "2025-06-02", "--config", config]
        let table = try Peer.run([box.program, "export", "quarters"] + days)
        #expect(table.output.contains(";importé, réparti, douteux;5,206;"), "\(table.output.prefix(900))")
        // What is exported as lines is what the database has.
        let before = try await box.rows(url, "SELECT * FROM m15.energy")
        let lines = try Peer.run([box.program, "export", "quarters", "--format", "lines"] + days)
        #expect(lines.output.split(separator: "\n").count == 96)
        #expect(lines.output.split(separator: "\n").allSatisfy { $0.contains("imported=true") }, "\(lines.output)")
        #expect(try await !box.rows(url, "SELECT * FROM m15.energy WHERE estimated = true").isEmpty)
        _ = try await box.rows(url, "DROP MEASUREMENT energy")
        #expect(try await box.rows(url, "SELECT * FROM m15.energy").isEmpty)
        #expect(try box.run("write", "--policy", "m15", "--config", config, input: lines.output).code == 0)
        let after = try await box.rows(url, "SELECT * FROM m15.energy")
        #expect(after == before)
        // The register of the day knows better, and says what the half hour had.
        let registers = try registers(from: first, [(10_000, 14_000)])
        let refuted = try box.run("import", curve, registers, "--config", config)
        #expect(refuted.code == 0 && refuted.output.contains("2 doubtful quarters"), "\(refuted.output)")
        #expect(try await sums(url, ["import_wh"], "m15.energy") == [24_000])
        #expect(try await box.rows(url, marked).isEmpty)
    }
}
