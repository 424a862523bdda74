import Foundation
import InfluxOutput
import MeterNotation
import Testing

/// `import` with a real database: the registers of the contract and their euros.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct ImportRegistersTests: EnedisFiles {
    let box: Installation

    init() throws { box = try Installation() }

    @Test("registers that do not add up to their day have no price: its hours tell it, or it has none, and it is said")
    func partialRegisters() async throws {
        let server = try box.influxd()
        let url = server.line()
        let prices = "option = \"hphc\"\nprices = { HC = 0.1, HP = 0.2 }\n"
        let first = LocalDate(year: 2025, month: 6, day: 2)
        // 24 kWh a day, of which 8 kWh from 22:00 to 06:00.
        let files = [
            try curve(from: first, days: 2) { _ in 1000 },
            try registers(from: first, [(8000, 16_000), (8000, 16_000)], lackingPeak: true),
        ]
        for (hours, euros) in [("", nil), ("off_peak = [\"22:00-06:00\"]", 8.0)] {
            let config = try configure(url, prices + hours)
            #expect(try box.run("provision", "--config", config).code == 0)
            let done = try Peer.run([box.program, "import", "--config", config] + files)
            #expect(done.code == 0 && done.output.contains("2 days: registers that do not add up"), "\(done.output)")
            let rows = try await box.rows(url, "SELECT sum(eur_import) AS s FROM \"day\".energy")
            let found = rows.first?["s"]?.number
            #expect(found.map { ($0 * 1000).rounded() / 1000 } == euros, "\(done.output)")
            let counted = try await box.rows(url, "SELECT sum(wh) AS s FROM m15.tariff")
            #expect(counted.first?["s"]?.number == (euros == nil ? nil : 48_000))
        }
    }

    @Test("after the option is corrected the registers of the wrong one count nothing, and their euros go")
    func correctedOption() async throws {
        let server = try box.influxd()
        let url = server.line()
        let first = LocalDate(year: 2025, month: 6, day: 2)
        let curve = try curve(from: first, days: 2) { _ in 1000 }
        let registers = try registers(from: first, [(8000, 16_000), (8000, 16_000)])
        let base = "option = \"base\"\nprices = { BASE = 0.2 }\nsubscription = 15"
        let hphc = "option = \"hphc\"\nprices = { HC = 0.1, HP = 0.2 }\n"
        /// Imports, and has Wh and € of the registers, € of the day and of the month.
        func imported(_ tariff: String, _ files: String...) async throws -> [Double] {
            let config = try configure(url, tariff)
            #expect(try box.run("provision", "--config", config).code == 0)
            let done = try Peer.run([box.program, "import", "--config", config] + files)
            #expect(done.code == 0, "\(done.output)")
            let sums =
                try await sums(url, ["wh", "eur"], "m15.tariff")
                + sums(url, ["eur_import"], "\"day\".\"energy\"")
                + sums(url, ["eur_import"], "\"day\".\"energy_month\"")
            return sums.map { ($0 * 1000).rounded() / 1000 }
        }
        #expect(try await imported(base, curve) == [48_000, 9.6, 9.6, 9.6])
        // Of off-peak hours nothing is known yet.
        #expect(try await imported(hphc, curve) == [0, 0, 0, 0])
        let day = ["--from", "2025-06-02", "--to", "2025-06-02", "--config", "\(box.folder)/boxenergie.toml"]
        let unpriced = try Peer.run([box.program, "export", "days"] + day)
        #expect(unpriced.output.contains("02/06/2025;24,000;;;24,000;;;;;;"), "\(unpriced.output)")
        #expect(try await imported(hphc, curve, registers) == [48_000, 8, 8, 8])
        // A curve alone takes nothing away from what the registers told.
        #expect(try await imported(hphc, curve) == [48_000, 8, 8, 8])
        #expect(try await imported(base, curve) == [48_000, 9.6, 9.6, 9.6])
        let config = try configure(url, base)
        let table = try box.run("export", "registers", "--from", "2025-06-01", "--to", "2025-06-30", "--config", config)
        #expect(
            table.output.split(whereSeparator: \.isNewline).dropFirst().allSatisfy { $0.contains(";BASE;24,000;4,80") }
        )
    }

    @Test("what registers counted stays where a curve comes alone: its hours tell less, its doubts are settled already")
    func kept() async throws {
        let server = try box.influxd()
        let url = server.line()
        let first = LocalDate(year: 2025, month: 6, day: 2)
        // 8 kWh from 22:00 to 06:00 by the curve, 8.3 by the registers: a meter changes its register by the minute.
        let hours = "option = \"hphc\"\nprices = { HC = 0.1, HP = 0.2 }\noff_peak = [\"22:00-06:00\"]"
        let curve = try curve(from: first, days: 2) { $0 == start(first) + 3600 ? 20_822 : 1000 }
        let registers = try registers(from: first, [(8300, 15_701), (8300, 15_701)])
        let place = "site_info,site=maison pref_kva=6 1700000000\n"
        /// Imports, and has Wh of off-peak and peak hours and the euros of the days.
        func imported(_ tariff: String, _ files: String...) async throws -> [Double] {
            let config = try configure(url, tariff)
            #expect(try box.run("provision", "--config", config).code == 0)
            #expect(try box.run("write", "--policy", "day", "--config", config, input: place).code == 0)
            let done = try Peer.run([box.program, "import", "--config", config] + files)
            #expect(done.code == 0, "\(done.output)")
            let sums =
                try await sums(url, ["wh"], "m15.tariff WHERE \"register\" = 'HC'")
                + sums(url, ["wh"], "m15.tariff WHERE \"register\" = 'HP'")
                + sums(url, ["import_wh", "eur_import"], "\"day\".\"energy\"")
                + sums(url, ["import_wh"], "m15.energy")
            return sums.map { ($0 * 1000).rounded() / 1000 }
        }
        let reckoned = try await imported(hours, curve)
        #expect(reckoned == [25_911, 32_000, 57_911, 8.991, 57_911])
        #expect(try await box.rows(url, "SELECT wh FROM m15.tariff WHERE estimated = true").count == 4)
        // The doubtful half hour has what the register left for it; the other day's curve is 1 Wh less than its register.
        let counted = [16_600, 31_402, 48_002, 7.94, 48_001]
        #expect(try await imported(hours, curve, registers) == counted)
        #expect(try await box.rows(url, "SELECT wh FROM m15.tariff WHERE estimated = true").isEmpty)
        #expect(try await imported(hours, curve) == counted)
        // Other prices count for what is kept, too.
        let dearer = hours.replacing("HP = 0.2", with: "HP = 0.3")
        #expect(try await imported(dearer, curve) == counted.enumerated().map { $0 == 3 ? 11.081 : $1 })
    }
}
