import MeterNotation
import Testing

@testable import MeterCore

/// Which register counts where no meter tells it: hours to the minute, by season, and Tempo's colours from 06:00 on.
@Suite struct OffPeakTests {
    private let calendar = LocalCalendar(.paris)

    private func read(_ text: String) -> (tariffs: TariffHistory, messages: [String]) {
        let document = ConfigDocument(text: text, file: "f", credentialsDirectory: nil)
        let tariffs = TariffHistory(settings: document.root)
        document.root.finish()
        return (tariffs, document.diagnostics.all.map { String($0.description.dropFirst(2)) })
    }

    /// The instant of a local day and time.
    private func instant(_ date: String, _ hour: Int64, _ minute: Int64 = 0) -> Int64 {
        let start = LocalDate(date).map { calendar.start(of: $0) } ?? 0
        return start + hour * 3600 + minute * 60
    }

    private func hphc(_ more: String) -> String {
        "[tariff.a]\nfrom = \"2024-01-01\"\noption = \"hphc\"\nprices = { HC = 0.1, HP = 0.2 }\n" + more
    }

    private func offPeak(_ history: TariffHistory, _ start: Int64) -> Double? {
        history.shares(ofQuarter: start, calendar)?.filter { $0.register == 1 }.reduce(0) { $0 + $1.share }
    }

    @Test(
        "hours as on a bill, as Enedis writes them, and to the minute",
        arguments: [
            ("\"22:30-06:30\"", [1350], [390]), ("\"22H30-6H30\"", [1350], [390]),
            ("\"HC (2H00-7H00;13H00-16H00)\"", [120, 780], [420, 960]), ("\"22h-6h\"", [1320], [360]),
            ("\"02:26-07:56\", \"12:56-15:26\"", [146, 776], [476, 926]), ("\"16:00-24:00\"", [960], [0]),
        ]
    )
    func hours(_ text: String, _ starts: [Int], _ ends: [Int]) {
        let (tariffs, messages) = read(hphc("off_peak = [\(text)]"))
        let windows = tariffs.tariff(on: LocalDate(year: 2025, month: 1, day: 1))?.offPeak?.winter ?? []
        #expect(messages.isEmpty, "\(messages)")
        #expect(windows.map(\.start) == starts && windows.map(\.end) == ends)
    }

    @Test(
        "hours that are none are named with their place",
        arguments: [
            ("off_peak = [\"22:30\"]", "off_peak: expected hours such as \"22:30-06:30\", found \"22:30\""),
            ("off_peak = [\"25:00-06:00\"]", "off_peak: expected hours such as"),
            ("off_peak = [\"06:00-06:00\"]", "off_peak: expected hours such as"),
            ("off_peak = [\"22:60-06:00\"]", "off_peak: expected hours such as"),
            ("off_peak = [\"\"]", "off_peak: expected hours such as"),
            ("off_peak = [\"22:00-06:00\", \"05:00-07:00\"]", "off_peak: two of these windows overlap"),
            ("off_peak_summer = [\"12:00-17:00\"]", "off_peak_summer: off_peak is missing"),
        ]
    )
    func wrongHours(_ line: String, _ message: String) {
        #expect(
            read(hphc(line)).messages.contains { $0.contains("tariff.a." + message) },
            "\(read(hphc(line)).messages)"
        )
    }

    @Test("hours of a contract that has none of its own are a warning")
    func ofTempo() {
        let text = hphc("off_peak = [\"22:00-06:00\"]").replacing("hphc", with: "base")
            .replacing("HC = 0.1, HP = 0.2", with: "BASE = 0.2")
        #expect(read(text).messages.contains { $0.contains("warning: tariff.a.off_peak: the option \"base\"") })
    }

    @Test("a quarter in which a window begins counts its minutes, and one that lies outside none")
    func minutes() {
        let (tariffs, _) = read(hphc("off_peak = [\"02:26-07:56\", \"12:56-15:26\"]"))
        let day = "2025-06-03"
        let expected: [(Int64, Int64, Double)] = [
            (2, 0, 0), (2, 15, 4.0 / 15), (2, 30, 1), (7, 30, 1), (7, 45, 11.0 / 15), (8, 0, 0), (12, 45, 4.0 / 15),
            (15, 15, 11.0 / 15), (15, 30, 0), (0, 0, 0),
        ]
        for (hour, minute, share) in expected {
            let found = offPeak(tariffs, instant(day, hour, minute))
            #expect(abs((found ?? -1) - share) < 1e-12, "\(hour):\(minute): \(String(describing: found))")
        }
        // Eight hours a day, also where one of them comes twice or not at all (at 02:26 it is 03:26 then).
        for (date, hours) in [("2025-06-03", 8.0), ("2025-10-26", 8 + 34.0 / 60), ("2025-03-30", 8 - 34.0 / 60)] {
            let start = instant(date, 0)
            let sum = stride(from: start, to: calendar.startOfNextDay(start), by: 900)
                .reduce(0.0) { $0 + (offPeak(tariffs, $1) ?? 0) / 4 }
            #expect(abs(sum - hours) < 1e-9, "\(date): \(sum)")
        }
    }

    @Test("summer has its own hours from 1 April to 31 October, and a new table its own from its first day on")
    func seasons() {
        let (tariffs, messages) = read(
            hphc("off_peak = [\"22:00-06:00\"]\n") + "[tariff.b]\nfrom = \"2026-12-01\"\noption = \"hphc\"\n"
                + "prices = { HC = 0.1, HP = 0.2 }\noff_peak = [\"23:00-07:00\"]\n"
                + "off_peak_summer = [\"01:00-06:00\", \"13:00-16:00\"]\n"
        )
        #expect(messages.isEmpty, "\(messages)")
        let expected: [(String, Int64, Double)] = [
            ("2026-11-30", 22, 1), ("2026-12-01", 22, 0), ("2026-12-01", 6, 1), ("2027-03-31", 13, 0),
            ("2027-04-01", 13, 1), ("2027-04-01", 6, 0), ("2027-10-31", 14, 1), ("2027-11-01", 14, 0),
            ("2027-11-01", 6, 1),
        ]
        for (date, hour, share) in expected {
            #expect(offPeak(tariffs, instant(date, hour, 30)) == share, "\(date) \(hour) h")
        }
        #expect(tariffs.shares(ofQuarter: instant("2023-12-31", 23), calendar) == nil)
    }

    private let tempo = """
        [tariff.t]
        from = "2025-08-01"
        option = "tempo"
        prices = { HCJB = 1, HPJB = 1, HCJW = 1, HPJW = 1, HCJR = 1, HPJR = 1 }
        [tempo.2025]
        from = "2025-09-01"
        to = "2026-08-31"
        white = ["2026-01-07"]
        red = ["2026-01-06"]
        """

    @Test("a Tempo day runs from 06:00 to 06:00, and a colour that was not told is none")
    func tempoDay() {
        let (tariffs, messages) = read(tempo)
        #expect(messages.isEmpty, "\(messages)")
        let expected: [(String, Int64, Int)] = [
            ("2026-01-05", 21, 2), ("2026-01-05", 22, 1), ("2026-01-06", 5, 1), ("2026-01-06", 6, 6),
            ("2026-01-06", 21, 6), ("2026-01-06", 22, 5), ("2026-01-07", 5, 5), ("2026-01-07", 6, 4),
            ("2026-01-07", 23, 3), ("2026-01-08", 5, 3), ("2026-01-08", 6, 2), ("2026-09-01", 5, 1),
        ]
        for (date, hour, register) in expected {
            let found = tariffs.shares(ofQuarter: instant(date, hour, 45), calendar)
            #expect(found == [RegisterShare(register: register, share: 1)], "\(date) \(hour) h")
        }
        #expect(tariffs.shares(ofQuarter: instant("2025-09-01", 5), calendar) == nil)
        #expect(tariffs.shares(ofQuarter: instant("2026-09-01", 6), calendar) == nil)
    }

    @Test(
        "days that cannot have their colour are mistakes",
        arguments: [
            ("red = [\"2026-01-06\"]", "red = [\"2026-01-10\"]", "tempo.2025.red: 2026-01-10 cannot be red"),
            ("red = [\"2026-01-06\"]", "red = [\"2026-04-06\"]", "tempo.2025.red: 2026-04-06 cannot be red"),
            ("white = [\"2026-01-07\"]", "white = [\"2026-01-11\"]", "tempo.2025.white: 2026-01-11 cannot be white"),
            ("white = [\"2026-01-07\"]", "white = [\"2026-01-06\"]", "tempo.2025.red: 2026-01-06 is among the white"),
            ("white = [\"2026-01-07\"]", "white = [\"2027-01-07\"]", "2027-01-07 is not between from and to"),
            ("white = [\"2026-01-07\"]", "white = [\"7.1.2026\"]", "expected a day such as \"2025-11-18\""),
            ("to = \"2026-08-31\"", "to = \"2025-08-31\"", "tempo.2025.to: to is before from"),
        ]
    )
    func wrongColours(_ old: String, _ new: String, _ message: String) {
        let messages = read(tempo.replacing(old, with: new)).messages
        #expect(messages.contains { $0.contains(message) }, "\(messages)")
    }

    private let ejp = """
        [tariff.e]
        from = "2025-08-01"
        option = "ejp"
        prices = { HN = 0.1789, PM = 0.4324 }
        [ejp.2025]
        from = "2025-09-01"
        to = "2026-08-31"
        peak = ["2026-01-06", "2026-01-07"]
        """

    @Test("a mobile peak runs from 07:00 to 01:00, and of a day that was not told nothing is known")
    func mobilePeak() {
        let (tariffs, messages) = read(ejp)
        #expect(messages.isEmpty, "\(messages)")
        let expected: [(String, Int64, Int)] = [
            ("2026-01-05", 23, 1), ("2026-01-06", 0, 1), ("2026-01-06", 6, 1), ("2026-01-06", 7, 2),
            ("2026-01-06", 23, 2), ("2026-01-07", 0, 2), ("2026-01-07", 1, 1), ("2026-01-07", 6, 1),
            ("2026-01-07", 7, 2), ("2026-01-08", 0, 2), ("2026-01-08", 1, 1), ("2026-01-08", 7, 1),
            ("2026-09-01", 0, 1),
        ]
        for (date, hour, register) in expected {
            for minute in [Int64(0), 45] {
                let found = tariffs.shares(ofQuarter: instant(date, hour, minute), calendar)
                #expect(found == [RegisterShare(register: register, share: 1)], "\(date) \(hour) h")
            }
        }
        #expect(tariffs.shares(ofQuarter: instant("2025-09-01", 0), calendar) == nil)
        #expect(tariffs.shares(ofQuarter: instant("2026-09-01", 1), calendar) == nil)
    }

    @Test(
        "days that cannot have a mobile peak are mistakes",
        arguments: [
            ("\"2026-01-07\"", "\"2026-04-01\"", "ejp.2025.peak: 2026-04-01 cannot have a peak"),
            ("\"2026-01-07\"", "\"2027-01-07\"", "ejp.2025.peak: 2027-01-07 is not between from and to"),
            ("\"2026-01-07\"", "\"hier\"", "ejp.2025.peak: expected a day such as"),
            ("to = \"2026-08-31\"", "to = \"2025-08-31\"", "ejp.2025.to: to is before from"),
        ]
    )
    func wrongPeaks(_ old: String, _ new: String, _ message: String) {
        let messages = read(ejp.replacing(old, with: new)).messages
        #expect(messages.contains { $0.contains(message) }, "\(messages)")
        let days = (1...23).map { "\"2026-01-\($0 < 10 ? "0" : "")\($0)\"" }.joined(separator: ", ")
        let many = read(ejp.replacing("\"2026-01-06\", \"2026-01-07\"", with: days)).messages
        #expect(many.contains { $0.contains("23 days in a season, which has 22 of them") }, "\(many)")
    }

    @Test("more red days than a season has are a mistake")
    func tooManyRed() {
        let days = (1...31).filter { ![3, 4, 10, 11, 17, 18, 24, 25, 31].contains($0) }.map {
            "\"2026-01-\($0 < 10 ? "0" : "")\($0)\""
        }
        let most = read(tempo.replacing("red = [\"2026-01-06\"]", with: "red = [\(days.joined(separator: ", "))]"))
        #expect(days.count == 22 && !most.messages.contains { $0.contains("in a season") }, "\(most.messages)")
        let more = read(
            tempo.replacing("red = [\"2026-01-06\"]", with: "red = [\(days.joined(separator: ", ")), \"2025-12-01\"]")
        )
        #expect(more.messages.contains { $0.contains("23 days in a season, which has 22 of them") })
    }

    @Test("a meter without registers of the tariff has euros by the hours of the contract, also for what the sun saves")
    func withoutRegisters() {
        let (tariffs, _) = read(hphc("off_peak = [\"22:00-06:05\"]"))
        var books = Books(Ledger(Ledger.Settings(tariffs: tariffs)))
        let midnight = instant("2025-06-03", 0)
        for minute in Int64(0)...(24 * 60) {
            let time = midnight + minute * 60
            books.learn(
                "pince",
                time,
                .register(MeterRegister(.import), value: Double(minute) * 10),
                .register(MeterRegister(.export), value: 0)
            )
            books.learn("onduleur", time, .production(Double(minute) * 4))
        }
        func near(_ value: Double?, _ expected: Double) -> Bool { abs((value ?? -1) - expected) < 1e-4 }
        // 8 h 5 min off-peak of 24 h, at 600 W.
        let off = 10.0 * (8 * 60 + 5)
        #expect(near(books.sum("m15.tariff,register=HC,site=maison", "wh"), off))
        #expect(near(books.sum("m15.tariff,register=HP,site=maison", "wh"), 14_400 - off))
        let euros = off / 1000 * 0.1 + (14_400 - off) / 1000 * 0.2
        #expect(near(books.value(Books.day, "eur_import", at: midnight), euros))
        #expect(near(books.value(Books.day, "eur_saved", at: midnight), euros * 0.4))
    }

    @Test("a Linky's registers count, whatever the hours say")
    func withRegisters() {
        let (tariffs, _) = read(hphc("off_peak = [\"00:00-23:00\"]"))
        var books = Books(Ledger(Ledger.Settings(tariffs: tariffs)))
        let midnight = instant("2025-06-03", 0)
        for minute in Int64(0)...120 {
            books.learn("linky", midnight + minute * 60, .grid(Double(minute) * 10))
            books.learn("linky", midnight + minute * 60, .tariff("HP", Double(minute) * 10), .tariff("HC", 7))
        }
        #expect(abs((books.value(Books.day, "eur_import", at: midnight) ?? 0) - 1.2 * 0.2) < 1e-6)
        #expect(books.values("m15.tariff,register=HC,site=maison", "wh").isEmpty)
    }
}
