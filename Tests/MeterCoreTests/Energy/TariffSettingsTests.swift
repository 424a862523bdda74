import MeterCore
import MeterNotation
import Testing

@Suite struct TariffSettingsTests {
    private func read(_ text: String) -> (tariffs: TariffHistory, messages: [String]) {
        let document = ConfigDocument(text: text, file: "f", credentialsDirectory: nil)
        let tariffs = TariffHistory(settings: document.root)
        document.root.finish()
        return (tariffs, document.diagnostics.all.map { String($0.description.dropFirst(2)) })
    }

    @Test("each day has the prices of the last table that began")
    func history() {
        let (tariffs, messages) = read(
            """
            [tariff.new]
            from = "2026-02-01"
            option = "tempo"
            prices = { HCJB = 0.1, HPJB = 0.2, HCJW = 0.3, HPJW = 0.4, HCJR = 0.5, F06 = 0.6 }
            [tariff.old]
            from = "2025-08-01"
            prices = { BASE = 0.2 }
            feed_in = 0.04
            subscription = 15
            """
        )
        #expect(messages.isEmpty)
        #expect(tariffs.tariff(on: LocalDate(year: 2025, month: 7, day: 31)) == nil)
        let old = tariffs.tariff(on: LocalDate(year: 2026, month: 1, day: 31))
        #expect(old?.option == .base && old?.price(of: "F01") == 0.2 && old?.subscription == 15 && old?.feedIn == 0.04)
        let new = tariffs.tariff(on: LocalDate(year: 2026, month: 2, day: 1))
        #expect(new?.price(of: "HPJR") == 0.6 && new?.price(ofRegister: 5) == 0.5 && new?.feedIn == nil)
        // A contract of sale runs on, whatever becomes of the prices of what is bought.
        #expect(tariffs.feedIn(on: LocalDate(year: 2025, month: 7, day: 31)) == nil)
        #expect(tariffs.feedIn(on: LocalDate(year: 2026, month: 2, day: 1)) == 0.04)
    }

    @Test("the sale has its own tables, with its own days; a price of 0 ends it")
    func sale() {
        let (tariffs, messages) = read(
            """
            [tariff.a]
            from = "2025-08-01"
            prices = { BASE = 0.2 }
            [feed_in.contract]
            from = "2021-12-01"
            price = 0.10
            [feed_in.end]
            from = "2041-12-01"
            price = 0
            """
        )
        #expect(messages.isEmpty)
        let prices = [2021, 2022, 2026, 2042].map { tariffs.feedIn(on: LocalDate(year: $0, month: 1, day: 1)) }
        #expect(prices == [nil, 0.1, 0.1, 0])
        // What a tariff said of the sale before goes on until then.
        let (both, _) = read(
            "[tariff.a]\nfrom = \"2020-01-01\"\nprices = { BASE = 0.2 }\nfeed_in = 0.13\n"
                + "[feed_in.new]\nfrom = \"2026-06-05\"\nprice = 0.011\n"
        )
        let days = [LocalDate(year: 2026, month: 6, day: 4), LocalDate(year: 2026, month: 6, day: 5)]
        #expect(days.map { both.feedIn(on: $0) } == [0.13, 0.011])
        let wrong = read("[feed_in.a]\nfrom = \"2021-13-01\"\nprice = 13.01\n[feed_in.b]\nfrom = \"2022-01-01\"")
        #expect(
            wrong.messages == [
                "2:8: feed_in.a.from: expected a day such as \"2025-08-01\", found \"2021-13-01\"",
                "4:1: feed_in.b.price: missing; expected a number from -5 to 20",
            ],
            "\(wrong.messages)"
        )
    }

    @Test(
        "a mistake is named with its place",
        arguments: [
            (
                "from = \"1.8.2025\"\nprices = { BASE = 1 }",
                "2:8: tariff.a.from: expected a day such as \"2025-08-01\", found \"1.8.2025\""
            ),
            (
                "from = \"2025-08-01\"\noption = \"hpch\"\nprices = { HC = 1, HP = 1 }",
                "3:10: tariff.a.option: expected one of \"base\", \"hphc\", \"tempo\", \"ejp\", found the text \"hpch\"; did you mean \"hphc\"?"
            ),
            (
                "from = \"2025-08-01\"\noption = \"hphc\"\nprices = { HC = 1 }",
                "4:10: tariff.a.prices: no price for HP; the option \"hphc\" has HC, HP"
            ),
            (
                "from = \"2025-08-01\"\nprices = { BASE = 1, HCBJ = 1 }",
                "3:22: tariff.a.prices.HCBJ: unknown setting; did you mean \"HCJB\"?"
            ),
            (
                "from = \"2025-08-01\"\nprices = { BASE = 1920 }",
                "3:19: tariff.a.prices.BASE: expected a number from -5 to 20, found the integer 1920"
            ),
            (
                "from = \"2025-08-01\"\noption = \"hphc\"\nprices = { HC = 1, HP = 1, F02 = 2 }",
                "4:10: tariff.a.prices: HP and F02 are one register of the option \"hphc\", in the two modes of the meter; give one of them"
            ),
            (
                "from = \"2025-08-01\"\noption = \"hphc\"\nprices = { F01 = 1, F02 = 1, HPJB = 2 }",
                "4:10: warning: tariff.a.prices: the option \"hphc\" has HC, HP, and no HPJB, which will never count"
            ),
            (
                "from = \"2025-08-01\"\nprices = { BASE = 1 }\nfeedin = 1",
                "4:1: tariff.a.feedin: unknown setting; did you mean \"feed_in\"?"
            ),
        ]
    )
    func mistakes(_ text: String, _ message: String) {
        #expect(read("[tariff.a]\n" + text).messages.contains(message), "\(read("[tariff.a]\n" + text).messages)")
    }

    @Test(
        "a price that must be in cents is a mistake and one that may be is asked about, of what is sold as of what is bought",
        arguments: [
            ("[tariff.a]\nfrom = \"2025-08-01\"\nprices = { BASE = PRICE }", "3:19", "tariff.a.prices.BASE"),
            ("[tariff.a]\nfrom = \"2025-08-01\"\nprices = { BASE = 0.2 }\nfeed_in = PRICE", "4:11", "tariff.a.feed_in"),
            ("[feed_in.a]\nfrom = \"2025-08-01\"\nprice = PRICE", "3:9", "feed_in.a.price"),
        ]
    )
    func cents(_ table: String, _ place: String, _ key: String) {
        func messages(_ price: String) -> [String] { read(table.replacing("PRICE", with: price)).messages }
        #expect(messages("12.69") == ["\(place): \(key): 12.69 € for a kWh must be cents; write 0.1269"])
        #expect(messages("4") == ["\(place): \(key): 4 € for a kWh must be cents; write 0.04"])
        #expect(
            messages("1.1") == ["\(place): warning: \(key): 1.1 € for a kWh is much; if these are cents, write 0.011"]
        )
        #expect(messages("0.7295").isEmpty)
    }

    @Test("gas in m³ has the kWh and the euros of the day, and neither before the first table")
    func gas() {
        let (tariffs, messages) = read(
            "[gas.a]\nfrom = \"2026-02-01\"\nkwh_per_m3 = 11.2\nprice = 0.1\n"
                + "[gas.b]\nfrom = \"2026-02-02\"\nkwh_per_m3 = 10\n"
        )
        #expect(messages.isEmpty, "\(messages)")
        var books = Books(Ledger(Ledger.Settings(tariffs: tariffs)))
        // 2026-01-31 00:00 in Paris; a tenth of a m³ an hour.
        let midnight: Int64 = 1_769_814_000
        for hour in Int64(0)...(3 * 24) {
            books.learn(
                "gaz",
                midnight + hour * 3600,
                .register(MeterRegister(.gas), value: Double(hour) * 0.1),
                .register(MeterRegister(.pulses, name: "gas"), value: Double(hour) * 10)
            )
        }
        let series = "m15.meter,role=gas,site=maison,source=gaz"
        func sum(_ field: String, _ day: Int64) -> Double {
            let span = midnight + day * 86_400..<midnight + (day + 1) * 86_400
            return books.values(series, field).filter { span.contains($0.key) }.values.reduce(0, +)
        }
        for (day, expected) in [[2.4, 0, 0], [2.4, 26_880, 2.688], [2.4, 24_000, 0]].enumerated() {
            let found = ["value", "wh", "eur"].map { sum($0, Int64(day)) }
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-3 }, "\(day): \(found)")
        }
        let wrong = read("[gas.a]\nfrom = \"2026-02-01\"\nkwh_per_m3 = 11.2\nprice = 4.5\n").messages
        #expect(wrong == ["4:9: gas.a.price: 4.5 € for a kWh must be cents; write 0.045"])
        #expect(!read("[gas.a]\nfrom = \"2026-02-01\"\nkwh_per_m3 = 112\n").messages.isEmpty)
    }

    @Test(
        "prices of more than a year are asked about, unless the contract fixes them; what is sold keeps its price",
        arguments: [
            ("2026-08-02", "", false), ("2026-08-03", "", true), ("2026-08-03", "fixed_until = \"2026-08-02\"", true),
            ("2026-08-03", "fixed_until = \"2026-08-03\"", false),
        ]
    )
    func age(_ today: String, _ more: String, _ isAsked: Bool) {
        let text =
            "[tariff.old]\nfrom = \"2024-02-01\"\nprices = { BASE = 0.25 }\n[tariff.new]\nfrom = \"2025-08-01\"\n"
            + "prices = { BASE = 0.2 }\n\(more)\n[feed_in.a]\nfrom = \"2015-01-01\"\nprice = 0.3\n"
        let document = ConfigDocument(text: text, file: "f", credentialsDirectory: nil)
        _ = TariffHistory(settings: document.root, today: LocalDate(today))
        document.root.finish()
        let messages = document.diagnostics.all.map(\.description)
        #expect(messages.count == (isAsked ? 1 : 0), "\(messages)")
        #expect(
            messages.allSatisfy { $0.hasPrefix("f:5:8: warning: tariff.new.from: these prices are of 2025-08-01") }
        )
    }

    @Test("two tables that begin on one day are a mistake")
    func sameDay() {
        let table = "from = \"2025-08-01\"\nprices = { BASE = 1 }\n"
        #expect(read("[tariff.a]\n\(table)[tariff.b]\n\(table)").messages.count == 1)
    }

    @Test("prices that all begin later are a warning, one that counts today is none")
    func onlyLater() {
        func messages(_ day: String) -> [String] {
            let text =
                "[tariff.a]\nfrom = \"2026-08-01\"\nprices = { BASE = 1 }\n[tariff.b]\nfrom = \"2027-01-01\"\n"
                + "prices = { BASE = 1 }\n"
            let document = ConfigDocument(text: text, file: "f", credentialsDirectory: nil)
            _ = TariffHistory(settings: document.root, today: LocalDate(day))
            return document.diagnostics.all.map { String($0.description.dropFirst(2)) }
        }
        #expect(
            messages("2026-07-31") == [
                "2:8: warning: tariff.a.from: there are no prices before 2026-08-01, so no euros until then; add a table with the prices of now"
            ]
        )
        #expect(messages("2026-08-01").isEmpty)
    }
}
