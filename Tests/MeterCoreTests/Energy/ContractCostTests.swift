import MeterNotation
import Testing

@testable import MeterCore

/// What other contracts would have cost, by a bill that was computed by hand.
@Suite struct ContractCostTests {
    private let calendar = LocalCalendar(.paris)

    private func read(_ text: String) -> (offers: [Offer], own: TariffHistory, messages: [String]) {
        let document = ConfigDocument(text: text, file: "f", credentialsDirectory: nil)
        let offers = Offer.read(document.root)
        let own = TariffHistory(settings: document.root)
        document.root.finish()
        return (offers, own, document.diagnostics.all.map { String($0.description.dropFirst(2)) })
    }

    /// The regulated prices of 9 kVA on 2026-08-01 (EDF's grid).
    private let offers = """
        [offer.base]
        contract = "Base"
        kva = 9
        from = "2026-08-01"
        option = "base"
        prices = { BASE = 0.1985 }
        subscription = 19.88
        [offer.hphc]
        contract = "Heures creuses"
        kva = 9
        from = "2026-08-01"
        option = "hphc"
        prices = { HC = 0.1589, HP = 0.2142 }
        subscription = 19.88
        [offer.tempo]
        contract = "Tempo"
        kva = 9
        from = "2026-08-01"
        option = "tempo"
        prices = { HCJB = 0.1356, HPJB = 0.1654, HCJW = 0.1536, HPJW = 0.1921, HCJR = 0.1615, HPJR = 0.7295 }
        subscription = 19.70

        """

    private let colours = """
        [tempo.2026]
        from = "2026-09-01"
        to = "2026-11-30"
        white = ["2026-11-03"]
        red = ["2026-11-04"]

        """

    /// 500 Wh a quarter from 22:00 to 06:00, 250 Wh else: 16 kWh off-peak and 16 kWh at peak a day.
    private func day(
        _ text: String,
        without missing: Int64? = nil,
        registers: [String: Double] = [:]
    ) -> ContractCost.Day {
        let date = LocalDate(text) ?? LocalDate(dayNumber: 0)
        let start = calendar.start(of: date)
        var quarters: [Int64: Double] = [:]
        for place in Int64(0)..<96 where place != missing {
            quarters[start + place * 900] = place < 24 || place >= 88 ? 500 : 250
        }
        return ContractCost.Day(date: date, total: 32_000, quarters: quarters, registers: registers)
    }

    private func cost(
        _ offer: Offer,
        _ own: TariffHistory,
        _ days: [ContractCost.Day],
        today: Bool = false
    ) -> ContractCost {
        var cost = ContractCost(offer.prices, own: own, isOfToday: today, calendar)
        for day in days { cost.add(day) }
        return cost
    }

    @Test("Base, off-peak hours and Tempo over a white and a red day, to the cent")
    func byHand() {
        let hours = "[tariff.own]\nfrom = \"2026-01-01\"\nprices = { BASE = 1 }\n"
        let (found, own, messages) = read(
            offers.replacing(
                "prices = { HC = 0.1589, HP = 0.2142 }",
                with: "prices = { HC = 0.1589, HP = 0.2142 }\noff_peak = [\"22H00-6H00\"]"
            ) + colours + hours
        )
        #expect(messages.isEmpty && found.map(\.contract) == ["Base", "Heures creuses", "Tempo"], "\(messages)")
        let days = ["2026-11-03", "2026-11-04", "2026-11-05"].map { day($0) }
        // 3 days of 30: a tenth of the month's subscription.
        let expected = [
            // 96 kWh.
            (96 * 0.1985, 1.988),
            // 48 kWh each.
            (48 * 0.1589 + 48 * 0.2142, 1.988),
            // 3 November: 00–06 is the night of the blue 2nd (12 kWh), 06–22 white (16), 22–24 white (4); the 4th: 00–06
            // white (12), 06–22 red (16), 22–24 red (4); the 5th: 00–06 red (12), 06–22 blue (16), 22–24 blue (4).
            (
                12 * 0.1356 + 16 * 0.1921 + 4 * 0.1536 + 12 * 0.1536 + 16 * 0.7295 + 4 * 0.1615 + 12 * 0.1615
                    + 16 * 0.1654 + 4 * 0.1356, 1.970
            ),
        ]
        for (offer, (energy, subscription)) in zip(found, expected) {
            let cost = cost(offer, own, days)
            #expect(
                abs(cost.energy - energy) < 1e-9 && abs(cost.subscription - subscription) < 1e-9,
                "\(offer.contract)"
            )
            #expect(cost.total.map { abs($0 - energy - subscription) < 1e-9 } ?? false)
        }
    }

    @Test("EJP by the days of its peaks, from 07:00 to 01:00; without them it has no sum")
    func mobilePeaks() {
        let offer = """
            [offer.ejp]
            contract = "EJP"
            kva = 9
            from = "2026-08-01"
            option = "ejp"
            prices = { HN = 0.1789, PM = 0.4324 }
            subscription = 19.52

            """
        let peaks = "[ejp.2026]\nfrom = \"2026-09-01\"\nto = \"2026-11-30\"\npeak = [\"2026-11-03\"]\n"
        let days = ["2026-11-03", "2026-11-04"].map { day($0) }
        // From 07:00 to 22:00 15 h of 1 kWh, then 2 h of 2 kWh; of the 4th the first hour, 2 kWh: 21 of 64 kWh.
        let (found, own, messages) = read(offer + peaks)
        #expect(messages.isEmpty, "\(messages)")
        #expect(abs(cost(found[0], own, days).energy - (21 * 0.4324 + 43 * 0.1789)) < 1e-9)
        let (unknown, nothing, _) = read(offer)
        #expect(cost(unknown[0], nothing, days).gaps == [.peaks: 2])
    }

    @Test("what cannot be priced has no sum, and its reason")
    func gaps() {
        let (found, own, _) = read(offers + "[tariff.own]\nfrom = \"2026-01-01\"\nprices = { BASE = 1 }\n")
        let days = [day("2026-11-03"), day("2026-07-31")]
        #expect(cost(found[0], own, days).gaps == [.prices: 1] && cost(found[0], own, days).total == nil)
        #expect(cost(found[0], own, days, today: true).total != nil)
        #expect(cost(found[1], own, days).gaps == [.hours: 1, .prices: 1])
        #expect(cost(found[2], own, [days[0]]).gaps == [.colours: 1])
        let (tempo, _, _) = read(offers + colours)
        #expect(cost(tempo[2], own, [day("2026-11-03", without: 5)]).gaps == [.quarters: 1])
        // With one price it does not matter which quarter is missing.
        #expect(cost(tempo[0], own, [day("2026-11-03", without: 5)]).gaps == [:])
    }

    @Test("the registers of the house's own meter count before any hours, where its contract is the same")
    func ownRegisters() {
        let own = "[tariff.own]\nfrom = \"2026-01-01\"\noption = \"hphc\"\nprices = { HC = 1, HP = 1 }\n"
        let (found, history, _) = read(offers + own)
        for names in [["HC": 20_000.0, "HP": 12_000], ["F01": 20_000, "F02": 12_000]] {
            let cost = cost(found[1], history, [day("2026-11-03", registers: names)])
            #expect(abs(cost.energy - (20 * 0.1589 + 12 * 0.2142)) < 1e-9 && cost.gaps.isEmpty)
        }
        // Registers that are not the whole day say nothing of it.
        #expect(cost(found[1], history, [day("2026-11-03", registers: ["HC": 20_000])]).gaps == [.hours: 1])
    }

    @Test("a mistake in a file of offers is named with its place")
    func mistakes() {
        #expect(
            read("[offer.a]\nfrom = \"2026-08-01\"\nprices = { BASE = 0.2 }").messages == [
                "1:1: offer.a.contract: missing; expected a text"
            ]
        )
        let twice = read(offers + offers.replacing("[offer.", with: "[offer.x"))
        #expect(twice.messages.count == 3 && twice.offers.count == 3)
    }
}
