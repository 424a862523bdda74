import Foundation
import InfluxOutput
import MeterNotation
import Testing

/// `import` with a real database: exact sums, nothing measured is touched, twice is once.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct ImportTests {
    private static let calendar = LocalCalendar(.paris)
    private static let meter = "11112222333344"
    private let box: Installation

    init() throws { box = try Installation() }

    // MARK: - Files

    /// R63 of some days: the power of each half hour by its number.
    private func curve(
        from first: LocalDate,
        days: Int64,
        meter: String = Self.meter,
        _ watts: (Int64) -> Int64?
    ) throws -> String {
        var text =
            "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur métier;Etape métier;Unité;Horodate;Valeur;Nature;Pas;Indice de vraisemblance;Etat complémentaire\n"
        for start in stride(from: start(first), to: start(first, days), by: 1800) {
            guard let watts = watts(start) else { continue }
            let local = start + 1800 + Self.calendar.zone.offset(at: start + 1800)
            let date = LocalDate(dayNumber: local / 86_400)
            let clock = "\((local / 3600 % 24).digits(2)):\((local / 60 % 60).digits(2)):00"
            text += "\(meter);x;y;PA;CONS;BRUT;W;\(date) \(clock);\(watts);B;PT30M;0;0\n"
        }
        return try write(text, "courbe \(meter).csv")
    }

    /// Daily registers: off-peak and peak Wh of each day, counted from the same night on; the column of the peak may be empty.
    private func registers(
        from first: LocalDate,
        _ days: [(off: Int64, peak: Int64)],
        lackingPeak: Bool = false
    ) throws -> String {
        var text = "\u{FEFF}Identifiant PRM;Type de donnees\n\(Self.meter);Index\n"
        text += "Horodate;Type de releve;EAS F1;EAS F2;EAS T\n"
        var (off, peak): (Int64, Int64) = (5_000_000, 7_000_000)
        for (number, day) in (days + [(0, 0)]).enumerated() {
            let date = LocalDate(dayNumber: first.dayNumber + Int64(number))
            let offset = Self.calendar.zone.offset(at: Self.calendar.start(of: date)) / 3600
            text +=
                "\(date)T00:00:00+0\(offset):00;Arrêté quotidien;\(lackingPeak ? "" : "\(peak)");\(off);\(off + peak)\n"
            off += day.off
            peak += day.peak
        }
        // F1 is the peak here: only this line says so.
        text +=
            "Periode;a;b;c;d;e\nDu 2020-01-01T00:00:00+01:00 au;FC;x;HP;Heures Pleines;EAS F1;HC;Heures Creuses;EAS F2\n"
        return try write(text, "index.csv")
    }

    private func write(_ text: String, _ name: String) throws -> String {
        let path = "\(box.folder)/\(name)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func start(_ date: LocalDate, _ days: Int64 = 0) -> Int64 {
        Self.calendar.start(of: LocalDate(dayNumber: date.dayNumber + days))
    }

    private func configure(_ url: String, _ tariff: String) throws -> String {
        try box.configure(
            url,
            sources: """
                [tariff.a]
                from = "2024-01-01"
                \(tariff)
                [source.linky]
                type = "teleinfo"
                device = "\(box.folder)/linky"
                """
        )
    }

    /// The sums of a measurement's fields.
    private func sums(_ url: String, _ fields: [String], _ from: String) async throws -> [Double] {
        let columns = fields.map { "sum(\($0)) AS \($0)" }.joined(separator: ", ")
        let rows = try await box.rows(url, "SELECT \(columns) FROM \(from)")
        return fields.map { rows.first?[$0]?.number ?? .nan }
    }

    // MARK: - Cases

    @Test(
        "a month with its autumn night and off-peak hours: every sum to the watt-hour, euros as a bill, twice is once"
    )
    func whole() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try configure(url, "option = \"hphc\"\nprices = { HC = 0.1635, HP = 0.2081 }\nsubscription = 15.5")
        #expect(try box.run("provision", "--config", config).code == 0)
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

    /// Writes so many Wh for each quarter of a span, as the box does.
    private func measure(_ wattHours: Int, _ span: Range<Int64>, _ config: String) throws {
        let lines = stride(from: span.lowerBound, to: span.upperBound, by: 900).map {
            "energy,site=maison import_wh=\(wattHours),consumption_wh=\(wattHours),estimated=false \($0)\n"
        }
        #expect(try box.run("write", "--policy", "m15", "--config", config, input: lines.joined()).code == 0)
    }

    @Test(
        "what the box measured stays as it is; the day of its start is filled before, and a month is the sum of its days"
    )
    func seam() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try configure(url, "option = \"base\"\nprices = { BASE = 0.2 }")
        #expect(try box.run("provision", "--config", config).code == 0)
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

    @Test("a hole is missing and no zero: its quarters, its day and their euros are left out, and it is said")
    func hole() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try configure(url, "option = \"base\"\nprices = { BASE = 0.2 }")
        #expect(try box.run("provision", "--config", config).code == 0)
        let first = LocalDate(year: 2025, month: 6, day: 2)
        let gap = start(first, 1) + 3600
        let curve = try curve(from: first, days: 2) { $0 == gap ? nil : 1000 }
        let done = try box.run("import", curve, "--config", config)
        #expect(done.code == 0 && done.output.contains("1 days have holes"), "\(done.output)")
        #expect(try await sums(url, ["import_wh"], "m15.energy") == [47_500])
        let rows = try await box.rows(url, "SELECT import_wh FROM \"day\".\"energy\" WHERE import_wh > 0")
        #expect(rows.map { $0["import_wh"]?.number } == [24_000])
        // A register tells what was in it.
        let registers = try registers(from: first, [(10_000, 14_000), (10_000, 13_900)])
        #expect(try box.run("import", curve, registers, "--config", config).code == 0)
        #expect(
            try await sums(url, ["import_wh"], "m15.energy WHERE time >= \(gap)s AND time < \(gap + 1800)s") == [400]
        )
        #expect(try await sums(url, ["import_wh"], "\"day\".\"energy\"") == [47_900])
    }

    @Test("files of another delivery point are refused unless they are wanted, with four digits and no more")
    func stranger() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try configure(url, "option = \"base\"\nprices = { BASE = 0.2 }")
        #expect(try box.run("provision", "--config", config).code == 0)
        let place = "site_info,site=maison prm=\"**********5678\",pref_kva=6 1700000000\n"
        #expect(try box.run("write", "--policy", "day", "--config", config, input: place).code == 0)
        let curve = try curve(from: LocalDate(year: 2025, month: 6, day: 2), days: 1) { _ in 1000 }
        let refused = try box.run("import", curve, "--config", config)
        #expect(
            refused.code == 1 && refused.output.contains("…3344") && refused.output.contains("…5678"),
            "\(refused.output)"
        )
        #expect(!refused.output.contains(Self.meter))
        let taken = try box.run("import", curve, "--other-meter", "--config", config)
        #expect(taken.code == 0, "\(taken.output)")
        #expect(try await sums(url, ["import_wh"], "m15.energy") == [24_000])
    }

    @Test("far above the subscribed power of today is in doubt, and an error only where the day's register says so")
    func implausible() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try configure(url, "option = \"base\"\nprices = { BASE = 0.2 }")
        #expect(try box.run("provision", "--config", config).code == 0)
        let place = "site_info,site=maison pref_kva=6 1700000000\n"
        #expect(try box.run("write", "--policy", "day", "--config", config, input: place).code == 0)
        let first = LocalDate(year: 2025, month: 6, day: 2)
        let curve = try curve(from: first, days: 1) { $0 == start(first) + 3600 ? 20_822 : 1000 }
        let done = try box.run("import", curve, "--config", config)
        #expect(done.code == 0 && done.output.contains("1 steps far above"), "\(done.output)")
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

    @Test("the day on which the box came has what the file's day counted and the box did not, without any curve")
    func firstDayOfDays() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try configure(url, "option = \"base\"\nprices = { BASE = 0.2 }")
        #expect(try box.run("provision", "--config", config).code == 0)
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

    @Test("a file of several delivery points is compared by the one that is chosen")
    func chosenPoint() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try configure(url, "option = \"base\"\nprices = { BASE = 0.2 }")
        #expect(try box.run("provision", "--config", config).code == 0)
        let first = LocalDate(year: 2025, month: 6, day: 2)
        let mine = try String(contentsOfFile: curve(from: first, days: 1) { _ in 1000 }, encoding: .utf8)
        let other = try String(
            contentsOfFile: curve(from: first, days: 1, meter: "55556666777788") { _ in 500 },
            encoding: .utf8
        )
        let both = try write(mine + other.split(separator: "\n").dropFirst().joined(separator: "\n"), "deux.csv")
        #expect(try box.run("import", both, "--meter", "3344", "--config", config).code == 0)
        let unsaid = try box.run("export", "--config", config, "--compare", both)
        #expect(unsaid.code == 65 && unsaid.output.contains("--meter: 3344, 7788"), "\(unsaid.output)")
        let equal = try box.run("export", "--config", config, "--meter", "3344", "--compare", both)
        #expect(equal.code == 0 && equal.output.contains("0 differ"), "\(equal.output)")
        #expect(try box.run("export", "--config", config, "--meter", "7788", "--compare", both).code == 1)
        #expect(try box.run("export", "--config", config, "--meter", "x", "--compare", both).code == 64)
    }

    @Test("a curve of which mean power was taken for energy is refused by its days, and nothing is written")
    func powerForEnergy() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try configure(url, "option = \"base\"\nprices = { BASE = 0.2 }")
        #expect(try box.run("provision", "--config", config).code == 0)
        let first = LocalDate(year: 2025, month: 6, day: 2)
        let curve = try curve(from: first, days: 4) { _ in 2000 }
        let registers = try registers(from: first, (0..<4).map { _ in (10_000, 14_000) })
        let refused = try box.run("import", curve, registers, "--config", config)
        #expect(refused.code == 65 && refused.output.contains("2 times what the registers"), "\(refused.output)")
        #expect(try await box.rows(url, "SELECT * FROM m15.energy").isEmpty)
    }

    @Test("a file that is none of the known ones, and one that is not there, have codes of their own and no names")
    func noFile() throws {
        let config = try configure("http://127.0.0.1:9", "option = \"base\"\nprices = { BASE = 0.2 }")
        let other = try write("a;b\n1;2\n", "Dupont Jeanne 12345678901234.csv")
        let unknown = try box.run("import", other, "--config", config)
        #expect(unknown.code == 65 && unknown.output.contains("file 1") && !unknown.output.contains("Dupont"))
        #expect(try box.run("import", "\(box.folder)/none.csv", "--config", config).code == 66)
        let curve = try curve(from: LocalDate(year: 2025, month: 6, day: 2), days: 1) { _ in 1000 }
        #expect(try box.run("import", curve, "--config", config).code == 69)
    }
}

/// `export`: what was imported comes out again, and equals the file that it came from.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct ExportTests {
    private let box: Installation

    init() throws { box = try Installation() }

    @Test(
        "quarters of an autumn night have both ends and the instant; a comparison with the file is equal; no file is replaced"
    )
    func roundTrip() async throws {
        let server = try box.influxd()
        let config = try box.configure(server.line())
        #expect(try box.run("provision", "--config", config).code == 0)
        let calendar = LocalCalendar(.paris)
        let date = LocalDate(year: 2025, month: 10, day: 26)
        let start = calendar.start(of: date)
        var text = "debut;fin;kW\n"
        var rows: [(local: Int64, watts: Int64)] = []
        for half in Int64(0)..<50 {
            let end = start + (half + 1) * 1800
            rows.append((end + calendar.zone.offset(at: end), 200 + half * 2))
        }
        for row in rows {
            func stamp(_ local: Int64) -> String {
                let minutes = local / 60 % 1440
                return "\(LocalDate(dayNumber: local / 86_400))T\((minutes / 60).digits(2)):\((minutes % 60).digits(2))"
            }
            text += "\(stamp(row.local - 1800));\(stamp(row.local));\"0,\(row.watts.digits(3))\"\n"
        }
        let file = "\(box.folder)/historique.csv"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let done = try box.run("import", file, "--config", config)
        #expect(done.code == 0, "\(done.output)")
        let quarters = try box.run(
            "export",
            "quarters",
            "--from",
            "2025-10-26",
            "--to",
            "2025-10-26",
            "--config",
            config
        )
        let lines = quarters.output.split(whereSeparator: \.isNewline)
        try #require(lines.count == 101, "\(lines.count) \(quarters.output.prefix(300))")
        #expect(
            lines[1].contains(";importé, réparti;")
                && lines[0].hasPrefix("\u{FEFF}Début;Fin;Début UTC;Qualité;Prélevé (kWh);")
        )
        #expect(lines[9].hasPrefix("26/10/2025 02:00;26/10/2025 02:15;2025-10-26T00:00Z;"), "\(lines[9])")
        #expect(lines[13].hasPrefix("26/10/2025 02:00;26/10/2025 02:15;2025-10-26T01:00Z;"), "\(lines[13])")
        let copy = "\(box.folder)/jours.csv"
        let days = ["export", "--from", "2025-10-01", "--to", "2025-10-31", "--to-file", copy, "--config", config]
        #expect(try Peer.run([box.program] + days).code == 0)
        let sum = Double(rows.reduce(0) { $0 + $1.watts }) / 2000
        let written = try String(contentsOfFile: copy, encoding: .utf8)
        #expect(written.contains("26/10/2025;\(frenchNumber(sum, decimals: 3));;;\(frenchNumber(sum, decimals: 3));"))
        let again = try Peer.run([box.program] + days)
        #expect(again.code == 1 && again.output.contains("is there already"), "\(again.output)")
        let equal = try box.run("export", "--config", config, "--compare", file)
        #expect(equal.code == 0 && equal.output.contains("0 differ"), "\(equal.output)")
        let point = "energy,site=maison import_wh=\(sum * 2000) \(start)\n"
        #expect(try box.run("write", "--policy", "day", "--config", config, input: point).code == 0)
        let other = try box.run("export", "--config", config, "--compare", file)
        #expect(
            other.code == 1 && other.output.contains("2025-10-26") && other.output.contains("2 times"),
            "\(other.output)"
        )
        let protocolLines = try box.run(
            "export",
            "months",
            "--from",
            "2025-10-01",
            "--to",
            "2025-10-31",
            "--format",
            "lines",
            "--config",
            config
        )
        #expect(protocolLines.output.hasPrefix("energy_month,site=maison import_wh="), "\(protocolLines.output)")
    }
}
