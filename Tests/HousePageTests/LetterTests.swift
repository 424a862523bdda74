import MeterNotation
import Testing

@testable import HousePage
@testable import InfluxOutput
@testable import MeterCore

/// The letter of a month: sums to the cent, comparisons of whole months only, nothing that is not known.
@Suite struct LetterTests {
    private let calendar = LocalCalendar(.paris)
    private let october = LocalDate(year: 2026, month: 10, day: 1)

    private func instant(_ date: LocalDate, _ hour: Int64 = 8) -> Int64 { calendar.start(of: date) + hour * 3600 }

    private func dates(_ month: LocalDate) -> [LocalDate] {
        (month.dayNumber..<month.firstOfMonth(plus: 1).dayNumber).map { LocalDate(dayNumber: $0) }
    }

    private func facts(
        _ months: [(LocalDate, [Field: Double])],
        without missing: LocalDate? = nil,
        registers: [HouseHistory.RegisterDay] = [],
        names: [String: String] = [:],
        peak: HouseHistory.Peak? = nil,
        silent: Int? = nil
    ) -> LetterFacts {
        var days: [LocalDate: [Field: Double]] = [:]
        for (month, sums) in months { for date in dates(month) where date != missing { days[date] = sums } }
        return LetterFacts(
            month: october,
            calendar: calendar,
            days: days,
            registers: registers,
            registerNames: names,
            peak: peak,
            silentQuarters: silent
        )
    }

    private func lines(_ facts: LetterFacts, at date: LocalDate = LocalDate(year: 2026, month: 11, day: 2)) -> [String]
    {
        MonthlyLetter(facts, now: instant(date)).lines.map {
            $0.replacing("\u{A0}", with: " ").replacing("\u{202F}", with: " ")
        }
    }

    @Test("a whole month with its sums, the months before, registers, peak and days")
    func whole() {
        let sums: [Field: Double] = [.importWh: 10_000, .eurImport: 2, .eurSubscription: 0.5]
        let start = calendar.start(of: october)
        let letter = facts(
            [
                (october, sums), (LocalDate(year: 2026, month: 9, day: 1), [.importWh: 8000, .eurImport: 1.6]),
                (LocalDate(year: 2025, month: 10, day: 1), sums.mapValues { $0 * 1.25 }),
            ],
            registers: [
                HouseHistory.RegisterDay(start: start, register: "F01", wattHours: 110_000, euros: 17.5),
                HouseHistory.RegisterDay(start: start, register: "F02", wattHours: 200_000, euros: 44.5),
            ],
            names: ["F01": "Heures creuses", "F02": "Heures pleines"],
            peak: HouseHistory.Peak(
                time: instant(LocalDate(year: 2026, month: 10, day: 14), 19),
                va: 5830,
                subscribedVA: 6000
            ),
            silent: 0
        )
        #expect(
            MonthlyLetter(letter, now: instant(LocalDate(year: 2026, month: 11, day: 2))).title
                == "Votre mois d'octobre 2026"
        )
        #expect(
            lines(letter) == [
                "Acheté au réseau : 310,0 kWh.", "Coût : 77,50 €, dont 15,50 € d'abonnement.",
                "Pour comparer, septembre 2026 : 240,0 kWh (+29 %) ; octobre 2025 : 387,5 kWh, 96,88 € (−20 %).",
                "Heures creuses : 110,0 kWh, 17,50 €.", "Heures pleines : 200,0 kWh, 44,50 €.",
                "Plus forte puissance : 5,8 kVA le 14 octobre vers 19:00, pour 6 kVA souscrits.",
                "Jour le plus fort : le 1er octobre, 10,0 kWh ; le plus faible : le 1er octobre, 10,0 kWh.",
                "Tout a été mesuré, sans trou.",
            ],
            "\(lines(letter))"
        )
    }

    @Test("a house with panels has what it made, used and sold")
    func panels() {
        let sums: [Field: Double] = [
            .importWh: 4000, .exportWh: 3000, .productionWh: 12_000, .consumptionWh: 13_000, .eurImport: 0.8,
            .eurExport: 0.12,
        ]
        let found = lines(facts([(october, sums)], silent: 13))
        #expect(found.contains("Énergie, sans l'abonnement : 24,80 €."), "\(found)")
        #expect(found.contains("Produit par le soleil : 372,0 kWh, dont 75 % utilisés chez vous."), "\(found)")
        #expect(
            found.contains("Injecté : 93,0 kWh, vendu 3,72 €.") && found.contains("Utilisé par la maison : 403,0 kWh.")
        )
        #expect(found.contains { $0.hasPrefix("Sans mesure pendant 3 h 15") }, "\(found)")
        #expect(!found.contains { $0.contains("comparer") })
    }

    @Test("a month with a hole says so, and is compared with nothing")
    func hole() {
        let sums: [Field: Double] = [.importWh: 10_000, .eurImport: 2, .eurSubscription: 0.5]
        let missing = LocalDate(year: 2026, month: 10, day: 7)
        let found = lines(facts([(october, sums), (LocalDate(year: 2025, month: 10, day: 1), sums)], without: missing))
        #expect(found.first == "Acheté au réseau : 300,0 kWh (il manque 1 jour).", "\(found)")
        #expect(found[1] == "Énergie, sans l'abonnement : 60,00 € (il manque 1 jour).")
        #expect(!found.contains { $0.contains("comparer") })
    }

    @Test("of a month that runs the days that are over count, and what it will come to")
    func running() {
        let sums: [Field: Double] = [.importWh: 10_000, .eurImport: 2, .eurSubscription: 0.5]
        var letter = facts([(october, sums)])
        let found = lines(letter, at: LocalDate(year: 2026, month: 10, day: 11))
        #expect(
            found.first == "Acheté au réseau : 100,0 kWh." && !found.contains { $0.contains("comparer") },
            "\(found)"
        )
        #expect(found.last == "À ce rythme, le mois entier fera 310,0 kWh, 77,50 €.")
        // Last October began with the same and ended with twice as much: so will this one.
        var days = letter.days
        for date in dates(LocalDate(year: 2025, month: 10, day: 1)) {
            days[date] = date.day <= 10 ? sums : sums.mapValues { $0 * 2 }
        }
        letter = LetterFacts(
            month: october,
            calendar: calendar,
            days: days,
            registers: [],
            registerNames: [:],
            peak: nil,
            silentQuarters: nil
        )
        let scaled = lines(letter, at: LocalDate(year: 2026, month: 10, day: 11)).last
        #expect(scaled == "À ce rythme, le mois entier fera 520,0 kWh, 119,50 €.", "\(scaled ?? "")")
    }

    @Test("a month that has hardly begun, or of which nothing is known, is not foretold")
    func nothing() {
        let sums: [Field: Double] = [.importWh: 10_000]
        #expect(
            !lines(facts([(october, sums)]), at: LocalDate(year: 2026, month: 10, day: 3)).contains {
                $0.contains("rythme")
            }
        )
        let gap = facts([(october, sums)], without: LocalDate(year: 2026, month: 10, day: 2))
        #expect(!lines(gap, at: LocalDate(year: 2026, month: 10, day: 20)).contains { $0.contains("rythme") })
        let empty = MonthlyLetter(facts([]), now: instant(LocalDate(year: 2026, month: 11, day: 2)))
        #expect(empty.isEmpty)
        let english = MonthlyLetter(
            facts([(october, sums)], silent: 1),
            LocalWords(language: .english, calendar: calendar),
            now: instant(LocalDate(year: 2026, month: 11, day: 2))
        )
        #expect(english.title == "Your October 2026" && english.lines.first == "Bought from the grid: 310.0\u{A0}kWh.")
    }

    @Test("its page says what is missing, leads to the months beside it, and shows a name as it is")
    func page() {
        let frame = Frame(words: LocalWords(language: .french, calendar: calendar), place: nil, isWall: false)
        let period = EnergyPeriod(.month, containing: october, calendar)
        func text(_ facts: LetterFacts?, at date: LocalDate = LocalDate(year: 2026, month: 11, day: 2)) -> String {
            LetterScreen(frame: frame, period: period, now: instant(date), facts: facts).page.text
        }
        #expect(text(nil).contains("La base de données ne répond pas") && text(nil).contains("octobre 2026"))
        #expect(text(facts([])).contains("Rien de mesuré ce mois-là."))
        let start = calendar.start(of: october)
        let registers = ["F01", "F02"].map { HouseHistory.RegisterDay(start: start, register: $0, wattHours: 1000) }
        let whole = text(facts([(october, [.importWh: 1000])], registers: registers, names: ["F01": "<b>Nuit</b>"]))
        #expect(whole.contains("&lt;b&gt;Nuit&lt;/b&gt; : 1,00\u{A0}kWh.") && whole.contains("F02 : 1,00\u{A0}kWh."))
        #expect(whole.contains("/lettre?d=2026-09-01") && whole.contains("/lettre?d=2026-11-01"))
        // There is no letter of a month to come.
        #expect(!text(facts([]), at: LocalDate(year: 2026, month: 10, day: 20)).contains("/lettre?d=2026-11-01"))
    }
}
