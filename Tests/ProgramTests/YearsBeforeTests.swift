import Foundation
import InfluxOutput
import Logging
import MeterNotation
import Synchronization
import Testing

@testable import MeterCore
@testable import boxenergie

/// Years before the box and years with it, in one database: no seam, exact sums, and the euros of a bill by hand.
///
/// The house draws 1000 W from 22:00 to 06:00 and 400 W else, so that a day is 8 kWh off-peak and 6.4 kWh at peak: what a
/// bill says can be computed on paper. The nights that change the clock are an hour longer and shorter.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct YearsBeforeTests {
    private static let calendar = LocalCalendar(.paris)
    private let box: Installation

    init() throws { box = try Installation() }

    private func date(_ text: String) -> LocalDate { LocalDate(text) ?? LocalDate(dayNumber: 0) }
    private func start(_ date: LocalDate) -> Int64 { Self.calendar.start(of: date) }
    private func next(_ date: LocalDate) -> LocalDate { LocalDate(dayNumber: date.dayNumber + 1) }
    private func isOffPeak(_ instant: Int64) -> Bool { !(6..<22).contains(Self.calendar.hour(instant)) }

    /// Wh of a span of whole quarters, off-peak and at peak.
    private func truth(_ span: Range<Int64>) -> (off: Double, peak: Double) {
        stride(from: span.lowerBound, to: span.upperBound, by: 900).reduce(into: (0.0, 0.0)) { sums, quarter in
            if isOffPeak(quarter) { sums.0 += 250 } else { sums.1 += 100 }
        }
    }

    // MARK: - Files

    /// R63 in local time without offset, as Enedis sends it.
    private func curve(_ first: LocalDate, _ end: LocalDate) throws -> String {
        var text =
            "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur métier;Etape métier;Unité;Horodate;Valeur;Nature;Pas;Indice de vraisemblance;Etat complémentaire\n"
        for half in stride(from: start(first), to: start(end), by: 1800) {
            let local = half + 1800 + Self.calendar.zone.offset(at: half + 1800)
            let clock = "\((local / 3600 % 24).digits(2)):\((local / 60 % 60).digits(2)):00"
            text += "11112222333344;x;y;PA;CONS;BRUT;W;\(LocalDate(dayNumber: local / 86_400)) \(clock);"
            text += "\(isOffPeak(half) ? 1000 : 400);B;PT30M;0;0\n"
        }
        return try write(text, "courbe.csv")
    }

    /// The registers of each day, HC as F1 and HP as F2.
    private func registers(_ first: LocalDate, _ end: LocalDate) throws -> String {
        var text = "\u{FEFF}Identifiant PRM;Type de donnees\n11112222333344;Index\n"
        text += "Horodate;Type de releve;EAS F1;EAS F2;EAS T\n"
        var (off, peak): (Int64, Int64) = (5_000_000, 7_000_000)
        for number in first.dayNumber...end.dayNumber {
            let date = LocalDate(dayNumber: number)
            let offset = Self.calendar.zone.offset(at: start(date)) / 3600
            text += "\(date)T00:00:00+0\(offset):00;Arrêté quotidien;\(off);\(peak);\(off + peak)\n"
            let day = truth(start(date)..<start(next(date)))
            off += Int64(day.off)
            peak += Int64(day.peak)
        }
        text +=
            "Periode;a;b;c;d;e\nDu 2020-01-01T00:00:00+01:00 au;FC;x;HC;Heures Creuses;EAS F1;HP;Heures Pleines;EAS F2\n"
        return try write(text, "index.csv")
    }

    private func write(_ text: String, _ name: String) throws -> String {
        let path = "\(box.folder)/\(name)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func configure(_ url: String, _ tables: String) throws -> String {
        let linky = "[source.linky]\ntype = \"teleinfo\"\ndevice = \"\(box.folder)/linky\"\n"
        let config = try box.configure(url, sources: tables + linky)
        #expect(try box.run("provision", "--config", config).code == 0)
        return config
    }

    private func sum(_ url: String, _ field: String, _ from: String) async throws -> Double {
        try await box.rows(url, "SELECT sum(\(field)) AS s FROM \(from)").first?["s"]?.number ?? .nan
    }

    // MARK: - No seam

    @Test("24 months from files and 13 measured: each month is its days, its quarters and the truth; twice is once")
    func seam() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try configure(
            url,
            """
            [tariff.a]
            from = "2023-01-01"
            option = "hphc"
            prices = { HC = 0.1696, HP = 0.2146 }
            subscription = 14.04

            """
        )
        let (first, installed, end) = (date("2023-10-01"), date("2025-10-07"), date("2026-11-07"))
        // The box came at noon, and its meter speaks in mode standard.
        let began = start(installed) + 12 * 3600
        try measure(began..<start(end), config)
        let until = next(next(installed))
        let files = [try curve(first, until), try registers(first, until)]
        let before = try await sum(url, "import_wh", "m15.energy")
        for _ in 0..<2 {
            let done = try Peer.run([box.program, "import", "--config", config] + files)
            #expect(done.code == 0, "\(done.output)")
            let all = truth(start(first)..<start(end))
            #expect(try await sum(url, "import_wh", "m15.energy") == all.off + all.peak)
            #expect(try await sum(url, "import_wh", "m15.energy WHERE time >= \(began)s") == before)
            #expect(try await sum(url, "import_wh", "m15.hourly") == all.off + all.peak)
            let months = try await box.rows(url, "SELECT * FROM \"day\".\"energy_month\"")
            #expect(months.count == 38)
            for row in months {
                guard case .integer(let time)? = row["time"] else { continue }
                let last = min(start(Self.calendar.date(time).firstOfMonth(plus: 1)), start(end))
                let month = truth(time..<last)
                #expect(abs((row["import_wh"]?.number ?? 0) - month.off - month.peak) < 1e-3, "\(row)")
                let span = "time >= \(time)s AND time < \(last)s"
                let days = try await sum(url, "import_wh", "\"day\".\"energy\" WHERE \(span)")
                #expect(abs(days - month.off - month.peak) < 1e-3)
                let euros = try await sum(url, "eur_import", "\"day\".\"energy\" WHERE \(span)")
                let bill = month.off / 1000 * 0.1696 + month.peak / 1000 * 0.2146
                // The day on which the box came has its registers from neither alone.
                #expect(abs(euros - bill) < 1e-3 || (time..<last).contains(began), "\(row): \(euros), \(bill)")
            }
            // One name for a register before and after, in mode standard.
            let names = try await box.rows(url, "SHOW TAG VALUES FROM m15.tariff WITH KEY = register")
            #expect(Set(names.compactMap { $0["value"] }) == [.string("F01"), .string("F02")], "\(names)")
            let named = try await box.rows(url, "SELECT last(f01) AS a, last(f02) AS b FROM \"day\".site_info")
            #expect(named.first?["a"] == .string("Heures creuses") && named.first?["b"] == .string("Heures pleines"))
        }
    }

    /// What a box that runs from an instant on has in its database: its ledger's own points of the meter's registers.
    private func measure(_ span: Range<Int64>, _ config: String) throws {
        let tariff = Tariff(
            from: date("2023-01-01"),
            option: .hphc,
            prices: ["HC": 0.1696, "HP": 0.2146],
            subscription: 14.04
        )
        var ledger = Ledger(Ledger.Settings(tariffs: TariffHistory([tariff])))
        var points: [String: [Point]] = [:]
        var (off, peak) = (1_000_000.0, 2_000_000.0)
        func facts(_ name: String, _ value: Double) -> Fact {
            .register(MeterRegister(.tariff, name: name), value: value)
        }
        for time in stride(from: span.lowerBound, through: span.upperBound, by: 900) {
            let total = MeterRegister(.import, isDistributors: true)
            let readings = [[Fact.register(total, value: off + peak)], [facts("F01", off)], [facts("F02", peak)]]
            for facts in readings {
                let lesson = ledger.learn(Reading(of: "linky", facts, at: Timestamp(seconds: time), remarks: nil))
                for point in lesson.points { points[point.series.measurement.policy.name, default: []].append(point) }
            }
            if isOffPeak(time) { off += 250 } else { peak += 100 }
        }
        let mode = "site_info,site=maison tic_mode=\"standard\",pref_kva=6 \(span.lowerBound)\n"
        for policy in ["m15", "day"] {
            let text = lines(points[policy] ?? []) + (policy == "day" ? mode : "")
            #expect(try box.run("write", "--policy", policy, "--config", config, input: text).code == 0)
        }
    }

    /// Points as line protocol.
    private func lines(_ points: [Point]) -> String {
        var lines = LineProtocolEncoder(precision: .seconds)
        for point in points { lines.append(point) }
        return lines.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: - Bills by hand

    /// EDF's grid of the regulated prices at 6 kVA, 2025-02-01 to 2025-07-31.
    private static let base = "option = \"base\"\nprices = { BASE = 0.2016 }\nsubscription = 13.72\n"
    private static let hphc = "option = \"hphc\"\nprices = { HC = 0.1696, HP = 0.2146 }\nsubscription = 14.04\n"
    /// 2025-08-01 to 2026-01-31.
    private static let tempo = """
        option = "tempo"
        prices = { HCJB = 0.1232, HPJB = 0.1494, HCJW = 0.1391, HPJW = 0.1730, HCJR = 0.1460, HPJR = 0.6468 }
        subscription = 15.50
        [tempo.2025]
        from = "2025-09-01"
        to = "2026-08-31"
        white = ["2025-12-03", "2026-01-05", "2026-01-06"]
        red = ["2025-12-02", "2026-01-07"]

        """

    @Test(
        "half a year of Base, off-peak hours and Tempo costs what it does on paper, by registers and by hours",
        arguments: [
            // 181 days of 14.4 kWh, the night of 30 March is an hour shorter: 2605.4 kWh × 0.2016 €; 6 × 13.72 €.
            ("2025-02-01", "2025-08-01", base, false, 525.248_64, 82.32),
            // 1447 kWh × 0.1696 € + 1158.4 kWh × 0.2146 €; 6 × 14.04 €.
            ("2025-02-01", "2025-08-01", hphc, true, 494.003_84, 84.24),
            ("2025-02-01", "2025-08-01", hphc + "off_peak = [\"22H00-6H00\"]\n", false, 494.003_84, 84.24),
            // 92 days: blue 87, white 3, red 2. A colour has 8 kWh off-peak and 6.4 kWh at peak a day:
            // 696 × 0.1232 + 556.8 × 0.1494 + 24 × 0.1391 + 19.2 × 0.1730 + 16 × 0.1460 + 12.8 × 0.6468; 3 × 15.50 €.
            ("2025-11-01", "2026-02-01", tempo, false, 186.208_16, 46.5),
        ] as [(String, String, String, Bool, Double, Double)]
    )
    func bill(
        _ first: String,
        _ end: String,
        _ tariff: String,
        _ hasRegisters: Bool,
        _ energy: Double,
        _ subscription: Double
    ) async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try configure(url, "[tariff.a]\nfrom = \"2025-01-01\"\n" + tariff)
        var files = [try curve(date(first), date(end))]
        if hasRegisters { files.append(try registers(date(first), date(end))) }
        let done = try Peer.run([box.program, "import", "--config", config] + files)
        #expect(done.code == 0, "\(done.output)")
        for place in ["\"day\".\"energy\"", "\"day\".\"energy_month\""] {
            #expect(abs(try await sum(url, "eur_import", place) - energy) < 1e-4)
            #expect(abs(try await sum(url, "eur_subscription", place) - subscription) < 1e-4)
        }
        #expect(abs(try await sum(url, "eur", "m15.tariff") - energy) < 1e-4)
    }

    @Test(
        "a bill over the change of taxes of August 2025 is that of the prices before tax, each day with its own taxes"
    )
    func taxes() async throws {
        let server = try box.influxd()
        let url = server.line()
        let tables =
            "[tariff.a]\nfrom = \"2025-02-01\"\n" + Self.base
            + "[tariff.b]\nfrom = \"2025-08-01\"\noption = \"base\"\nprices = { BASE = 0.1952 }\nsubscription = 15.47\n"
        let config = try configure(url, tables)
        let done = try box.run("import", try curve(date("2025-07-16"), date("2025-08-16")), "--config", config)
        #expect(done.code == 0, "\(done.output)")
        // € a kWh before tax, and the excise of 33.70 € a MWh until July and 29.98 € since; VAT of 20 % on both. 16 days in
        // July and 15 in August of 14.4 kWh.
        let energy = 16 * 14.4 * (0.134_30 + 0.033_70) * 1.2 + 15 * 14.4 * (0.132_687 + 0.029_98) * 1.2
        // The month before tax with its CTA, and its VAT: 5.5 % until July, 20 % since.
        let subscription = 13.0047 * 1.055 * 16 / 31 + 12.8917 * 1.2 * 15 / 31
        for place in ["\"day\".\"energy\"", "\"day\".\"energy_month\""] {
            #expect(abs(try await sum(url, "eur_import", place) - energy) < 1e-3)
            #expect(abs(try await sum(url, "eur_subscription", place) - subscription) < 1e-3)
        }
    }

    // MARK: - Contracts and letters

    @Test("the same half year by other contracts costs what it does on paper, and the letter of a month says its sums")
    func contractsAndLetter() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try configure(url, "[tariff.a]\nfrom = \"2025-01-01\"\n" + Self.hphc)
        let (first, end) = (date("2025-02-01"), date("2025-08-01"))
        let done = try Peer.run([
            box.program, "import", "--config", config, try curve(first, end), try registers(first, end),
        ])
        #expect(done.code == 0, "\(done.output)")
        let site = "site_info,site=maison pref_kva=6 \(start(first))\n"
        #expect(try box.run("write", "--policy", "day", "--config", config, input: site).code == 0)
        let peak = "power,site=maison va_max=5830,pref_va=6000 \(start(date("2025-03-14")) + 19 * 3600)\n"
        #expect(try box.run("write", "--policy", "m15", "--config", config, input: peak).code == 0)
        func contracts(_ more: String...) throws -> (code: Int32, output: String) {
            let offers = Installation.root + "/Sources/Examples/tarif-bleu.toml"
            return try Peer.run([box.program, "contracts", "--config", config, "--offers", offers] + more)
        }
        let compared = try contracts("--from", "2025-02-01", "--to", "2025-07-31")
        let lines = compared.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(compared.code == 0 && lines.contains("181 days, 2605.4 kWh"), "\(compared.output)")
        #expect(lines.contains("yours 494.00 84.24 578.24"), "\(lines)")
        // The cheapest first, and of 6 kVA only.
        let rows = lines.filter { $0.contains("6 kVA ") }
        #expect(rows == ["Heures creuses 6 kVA 494.00 84.24 578.24", "Base 6 kVA 525.25 82.32 607.57"], "\(lines)")
        #expect(lines.contains { $0.hasPrefix("Tempo 6 kVA: no sum, 181 days without Tempo's colours") }, "\(lines)")
        // At the prices of August 2026: 2605.4 × 0.2001, and 6 × 15.86.
        let today = try contracts("--from", "2025-02-01", "--to", "2025-07-31", "--of-today")
        #expect(today.output.contains("521.34") && today.output.contains("95.16"), "\(today.output)")
        #expect(try contracts("--from", "2020-02-01", "--to", "2020-07-31").code == 1)
        // No contract of the file is for 18 kVA, and Tempo none for 3 kVA.
        for (kva, lacking) in [("18", ["Base", "Heures creuses", "Tempo"]), ("3", ["Heures creuses", "Tempo"])] {
            let site = "site_info,site=maison pref_kva=\(kva) \(start(first))\n"
            #expect(try box.run("write", "--policy", "day", "--config", config, input: site).code == 0)
            let other = try contracts("--from", "2025-02-01", "--to", "2025-07-31")
            let said = other.output.split(separator: "\n").filter { $0.contains("not offered for \(kva) kVA") }
            #expect(said.compactMap { $0.split(separator: ":").first.map(String.init) } == lacking, "\(other.output)")
            #expect(other.code == 0 && other.output.contains("578.24"))
        }
        #expect(try box.run("write", "--policy", "day", "--config", config, input: site).code == 0)
        let letter = try box.run("letter", "--month", "2025-04", "--config", config)
        let april = letter.output.replacing("\u{A0}", with: " ").replacing("\u{202F}", with: " ")
        // 30 days: 240 kWh × 0.1696 € + 192 kWh × 0.2146 €, and 14.04 €; March has 247 and 198.4 kWh.
        #expect(
            letter.code == 0 && april.hasPrefix("Votre mois d'avril 2025\n\nAcheté au réseau : 432,0 kWh.\n"),
            "\(april)"
        )
        #expect(april.contains("Coût : 95,95 €, dont 14,04 € d'abonnement."), "\(april)")
        #expect(april.contains("Pour comparer, mars 2025 : 445,4 kWh, 98,51 € (−3 %)."), "\(april)")
        #expect(
            april.contains("Heures creuses : 240,0 kWh, 40,70 €.\nHeures pleines : 192,0 kWh, 41,20 €."),
            "\(april)"
        )
        #expect(april.contains("Tout a été mesuré, sans trou."))
        let march = try box.run("letter", "--month", "2025-03", "--config", config).output
        #expect(march.contains("5,8\u{A0}kVA le 14 mars vers 19:00, pour 6\u{A0}kVA souscrits"), "\(march)")
        #expect(try box.run("letter", "--month", "2019-03", "--config", config).code == 1)
        #expect(try box.run("letter", "--month", "2019-13", "--config", config).code == 64)
        try await sent(config)
    }

    /// The box sends the letter of July on the 2nd of August, once, and keeps it.
    private func sent(_ config: String) async throws {
        let configuration = try Configuration.load(config)
        let points = Mutex<[Point]>([])
        let news = Mutex<[EnergyEvent]>([])
        func post() -> LetterPost {
            LetterPost(
                configuration,
                logger: Logger(label: "test"),
                append: { point in points.withLock { $0.append(point) } },
                tell: { events in news.withLock { $0 += events } }
            )
        }
        let letters = post()
        let due = start(date("2025-08-02")) + 8 * 3600
        try await letters.look(at: due - 1)
        #expect(news.withLock { $0.isEmpty })
        for _ in 0..<2 { try await letters.look(at: due + 86_400) }
        let told = news.withLock { $0 }
        #expect(told.map(\.kind) == [.letter] && told.first?.title == "Votre mois de juillet 2025")
        #expect(told.first?.time == due + 86_400 && told.first?.text.contains("Acheté au réseau") == true)
        // It stands in the database under its own time; after a restart nothing is sent again.
        let stored = points.withLock { $0 }
        #expect(stored.map(\.timestamp.seconds) == [due] && stored.first?.isRecord == true)
        #expect(try box.run("write", "--policy", "day", "--config", config, input: lines(stored)).code == 0)
        try await post().look(at: due + 2 * 86_400)
        #expect(news.withLock { $0.count } == 1)
        // Nothing is known of the year before: no letter.
        try await post().look(at: start(date("2024-08-03")))
        #expect(news.withLock { $0.count } == 1)
    }
}
