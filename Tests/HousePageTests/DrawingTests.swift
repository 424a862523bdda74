import InfluxOutput
import MeterCore
import MeterNotation
import Testing

@testable import HousePage

/// Curves and bars: nothing is drawn that was not measured.
struct DrawingTests {
    private let words = LocalWords(language: .french, calendar: LocalCalendar(.paris))

    @Test(
        "the lines of a scale are round, hold all values, and are few",
        arguments: [(0.0, 0.0), (0, 90), (-30, 0), (0, 3210), (-5000, 12_000), (-1, 1e6), (0, 99.9)]
    )
    func scale(_ lowest: Double, _ highest: Double) {
        let scale = PowerScale(lowest: lowest, highest: highest, least: 100)
        #expect((2...8).contains(scale.values.count), "\(scale)")
        #expect(scale.values[0] >= highest && scale.values[scale.values.count - 1] <= lowest, "\(scale)")
        #expect(scale.values.contains(0))
        #expect(scale.height(of: scale.values[0], in: 200) == 0)
        #expect(abs(scale.height(of: scale.values[scale.values.count - 1], in: 200) - 200) < 1e-9)
    }

    @Test(
        "a power that cannot be is none of the curve, in a day and in an hour",
        arguments: [2e38, 1e39, -1e39, .infinity, .nan]
    )
    func impossible(_ watts: Double) {
        let end: Int64 = 1_795_960_800
        var curve = DayCurve()
        for minute in 0..<6 {
            curve.fill([DayCurve.Minute(time: end - 600 + Int64(minute) * 60, production: watts, house: 500)])
        }
        let day = PowerCurve(curve.minutes(until: end), end - 86_400..<end, words)
        #expect(day.paths["sun"] == "" && day.paths["house"] != "" && day.values.first == "500\u{A0}W")
        let steps = (0..<6).map { DayCurve.Minute(time: end - 600 + $0 * 10, production: watts, drawn: watts) }
        let hour = PowerCurve(steps, end - 3600..<end, words)
        #expect(hour.paths.values.allSatisfy { $0.isEmpty })
    }

    @Test("a scale of what is no number is the smallest one", arguments: [Double.nan, .infinity, 1e300])
    func noScale(_ value: Double) {
        let scale = PowerScale(lowest: -value, highest: value, least: 100)
        #expect((2...12).contains(scale.values.count) && scale.values.allSatisfy(\.isFinite))
    }

    @Test("a line is broken where nothing is known")
    func gap() {
        let end: Int64 = 1_795_960_800
        let span = end - 86_400..<end
        let minutes = (0..<1440).map { minute -> DayCurve.Minute in
            let isKnown = !(600..<700).contains(minute)
            return DayCurve.Minute(time: span.lowerBound + Int64(minute) * 60, house: isKnown ? 500 : nil)
        }
        let curve = PowerCurve(minutes, span, words)
        // A column is five minutes.
        #expect(curve.paths["house"] == "M0 0h120M140 0h148")
        #expect(curve.paths["sun"] == "" && curve.paths["injected"] == "")
        #expect(curve.values.first == "500\u{A0}W" && curve.values.last == "0\u{A0}W")
        #expect(
            curve.times == ["15\u{A0}h", "19\u{A0}h", "23\u{A0}h", "3\u{A0}h", "7\u{A0}h", "11\u{A0}h", "15\u{A0}h"]
        )
    }

    @Test("a column is five minutes of a day, and of an hour ten seconds, each of its own")
    func zoom() {
        let end: Int64 = 1_795_960_800
        #expect([24, 6, 1].map { PowerCurve.step(of: end - $0 * 3600..<end) } == [300, 75, 10])
        let steps = (0..<360).map { DayCurve.Minute(time: end - 3600 + $0 * 10, house: $0 == 100 ? 2000 : 1000) }
        let curve = PowerCurve(steps, end - 3600..<end, words)
        #expect(curve.columns == 360 && curve.paths["house"] == "M0 100h99l1-100l1 100h259")
        // Readings a minute apart leave no gap between them, a missing one does.
        let slow = [0, 6, 12, 24].map { DayCurve.Minute(time: end - 3600 + $0 * 10, house: 1000) }
        #expect(PowerCurve(slow, end - 3600..<end, words).paths["house"] == "M0 0h13M24 0h1")
        // Minutes, as the memory has them, are no gaps in an hour.
        let minutes = (0..<60).map { DayCurve.Minute(time: end - 3600 + $0 * 60, house: 1000) }
        #expect(PowerCurve(minutes, end - 3600..<end, words, step: 60).paths["house"] == "M0 0h60")
    }

    @Test("what is injected lies below zero, and nothing at all draws nothing")
    func below() {
        let span: Range<Int64> = 0..<86_400
        let one = [DayCurve.Minute(time: 0, drawn: 0, injected: 1000)]
        let curve = PowerCurve(one, span, words)
        #expect(curve.values.last == "\u{2212}1\u{A0}kW")
        #expect(curve.paths["injected"]?.hasSuffix("z") == true && curve.paths["drawn"] == "")
        #expect(PowerCurve([], span, words).paths.values.allSatisfy { $0.isEmpty })
    }

    @Test(
        "nights of the change of the clock have 23 and 25 bars",
        arguments: [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-29", 24)]
    )
    func clockChange(_ day: String, _ count: Int) throws {
        let period = EnergyPeriod([(name: "vue", text: "jour"), (name: "d", text: day)], now: 0, words.calendar)
        #expect(period.bars(words).count == count)
        let labels = period.bars(words).map(\.label)
        #expect(labels.first == "0" && labels.last == "23")
        #expect(labels.count(where: { $0 == "2" }) == count - 23)
    }

    @Test("months and years have their bars, and lead on to their parts")
    func periods() {
        let month = EnergyPeriod([("vue", "mois"), ("d", "2028-02-29")], now: 0, words.calendar)
        let bars = month.bars(words)
        #expect(bars.count == 29 && bars[28].link == "/energie?vue=jour&d=2028-02-29")
        #expect(bars[28].name == "mardi 29 février 2028")
        let year = EnergyPeriod([("vue", "annee")], now: 1_795_960_800, words.calendar)
        #expect(year.bars(words).map(\.label).joined() == "JFMAMJJASOND" && year.name(words) == "2026")
        #expect(month.moved(by: 1).link == "/energie?vue=mois&d=2028-03-01")
        #expect(month.moved(by: -2).link == "/energie?vue=mois&d=2027-12-01")
    }

    @Test("a question that means nothing means the month of now")
    func nonsense() {
        for question in [[("vue", "siecle"), ("d", "hier")], [("d", "9999-01-01")], [("d", "../../etc/passwd")]] {
            let period = EnergyPeriod(question, now: 1_795_960_800, words.calendar)
            #expect(period.link == "/energie?vue=mois&d=2026-11-01")
        }
    }

    @Test("the year before is counted up to the same day, also on 29 February")
    func yearBefore() {
        let now = words.calendar.start(of: LocalDate(year: 2028, month: 2, day: 29)) + 3600
        let calendar = words.calendar
        func dates(_ length: EnergyPeriod.Length) -> String {
            let period = EnergyPeriod(length, containing: calendar.date(now), calendar)
            let span = period.yearBefore(now: now)
            return "\(calendar.date(span.lowerBound)) \(calendar.date(span.upperBound - 1))"
        }
        #expect(dates(.month) == "2027-02-01 2027-02-28")
        #expect(dates(.year) == "2027-01-01 2027-02-28")
        #expect(dates(.day) == "2027-02-28 2027-02-28")
    }

    @Test("a sum tells how many days do not know it, and a share is of those that know all of its fields")
    func fields() {
        let whole: [Field: Double] = [
            .importWh: 4000, .exportWh: 2000, .productionWh: 10_000, .consumptionWh: 12_000, .eurImport: 1,
        ]
        let before: [Field: Double] = [.importWh: 12_000]
        // Panels since the 21st, and today is not over.
        var sums = KnownSums(over: Array(repeating: before, count: 20) + Array(repeating: whole, count: 8), unit: .days)
        sums.open = [.importWh: 1000, .productionWh: 500]
        #expect(sums.sum(.importWh).map { [$0.sum, Double($0.missing)] } == [273_000, 0])
        #expect(sums.sum(.productionWh).map { [$0.sum, Double($0.missing)] } == [80_500, 20])
        let share = sums.share(EnergyShares.independenceFields, EnergyShares.independence)
        #expect(share.map { ($0.share * 1000).rounded() } == 667 && share?.missing == 20)
        #expect(sums.euros.map { [$0.sum, Double($0.missing)] } == [8, 20])
        #expect(sums.sum(.chargeWh) == nil && sums.share([.chargeWh]) { $0[.chargeWh] } == nil)
        #expect(KnownSums.missing(20, .days, .french) == " (il manque 20 jours)")
        #expect(KnownSums.missing(1, .months, .english) == " (1 month is missing)")
        // A day whose inverter was not heard for hours is none of the share.
        var uneven = whole
        uneven[.consumptionWh] = 5000
        let some = KnownSums(over: [whole, uneven], unit: .days)
        let known = some.share(EnergyShares.ownUseFields, EnergyShares.ownUse)
        #expect(known?.share == 0.8 && known?.missing == 1)
    }

    @Test("sums of different lengths are not put side by side as if they were of one")
    func unequal() {
        let calendar = words.calendar
        let now = calendar.start(of: LocalDate(year: 2026, month: 11, day: 29)) + 50_000
        func energies(_ days: ClosedRange<Int64>, _ year: Int64) -> [HouseHistory.Energies] {
            days.map { day in
                let start = calendar.start(of: LocalDate(year: year, month: 11, day: day))
                return HouseHistory.Energies(start: start, sums: [.importWh: 1000])
            }
        }
        func page(_ here: ClosedRange<Int64>, _ before: ClosedRange<Int64>, _ length: EnergyPeriod.Length) -> String {
            let found = EnergyScreen.Found(
                energies: energies(here, 2026),
                yearBefore: energies(before, 2025),
                parts: []
            )
            let period = EnergyPeriod(length, containing: calendar.date(now), calendar)
            let frame = Frame(words: words, place: nil, isWall: false)
            return EnergyScreen(frame: frame, period: period, now: now, found: found).page.text
        }
        let equal = page(1...29, 1...29, .month)
        #expect(equal.contains("jusqu&#39;au même jour") && !equal.contains("connus"))
        #expect(equal.contains("<td>29,0\u{A0}kWh</td><td>29,0\u{A0}kWh</td>"))
        // Today may have nothing yet.
        #expect(!page(1...28, 1...29, .month).contains("connus"))
        #expect(page(1...29, 27...29, .month).contains("Jours connus de 2025 : 3 sur 29."))
        #expect(page(20...29, 1...29, .month).contains("Jours connus de 2026 : 9 sur 28."))
        #expect(page(1...1, 1...29, .year).contains("Jours connus de 2025 : 29 sur 333."))
        #expect(page(1...1, 1...29, .year).contains("Mois connus de 2026 : 0 sur 10."))
        #expect(!page(29...29, 29...29, .day).contains("connus"))
    }

    @Test("bars stand on zero: the sun used and what was bought above it, what was injected below")
    func bars() {
        let sums: [Field: Double] = [.importWh: 1000, .exportWh: 500, .productionWh: 1500, .consumptionWh: 2000]
        let drawing = EnergyBars([EnergyBars.Bar(label: "1", name: "<1>", sums: sums)], .french).drawing.text
        #expect(
            drawing.contains(
                "<title>&lt;1&gt;, acheté 1,00\u{A0}kWh, soleil consommé 1,00\u{A0}kWh, injecté 0,50\u{A0}kWh"
            )
        )
        #expect(drawing.contains("<rect class=\"own\"") && drawing.contains("<rect class=\"injected\""))
        let nothing = EnergyBars([EnergyBars.Bar(label: "1", name: "x")], .french).drawing.text
        #expect(!nothing.contains("class=\"drawn\"") && nothing.contains("rien de connu"))
    }
}
