import Foundation
import MeterCore
import MeterNotation
import Testing

@Suite struct TariffTests {
    /// 2026-01-31 00:00 in Paris.
    private let midnight: Int64 = 1_769_814_000
    private let tariffs = TariffHistory([
        Tariff(
            from: LocalDate(year: 2026, month: 2, day: 1),
            option: .hphc,
            prices: ["HC": 0.2, "HP": 0.4],
            feedIn: 0.05,
            subscription: 14
        ),
        Tariff(
            from: LocalDate(year: 2025, month: 1, day: 1),
            option: .hphc,
            prices: ["HC": 0.1, "HP": 0.3],
            feedIn: 0.1,
            subscription: 31
        ),
    ])

    @Test(
        "a register has its price under the name of either mode of the meter",
        arguments: [
            (Tariff.Option.base, ["BASE": 0.1], "BASE", 0.1), (.base, ["BASE": 0.1], "F01", 0.1),
            (.tempo, ["HCJB": 0.1, "HPJR": 0.7], "F06", 0.7), (.tempo, ["F06": 0.6], "HPJR", 0.6),
            (.ejp, ["HN": 0.1, "PM": 1.5], "PM", 1.5), (.ejp, ["HN": 0.1, "PM": 1.5], "F02", 1.5),
            (.hphc, ["HC": 0.1, "HP": 0.2], "F03", nil), (.hphc, ["F03": 0.1], "F03", 0.1),
            (.hphc, ["HC": 0.1, "HP": 0.2], "HPJB", nil),
        ] as [(Tariff.Option, [String: Double], String, Double?)]
    )
    func names(_ option: Tariff.Option, _ prices: [String: Double], _ register: String, _ price: Double?) {
        let tariff = Tariff(from: LocalDate(year: 2026, month: 1, day: 1), option: option, prices: prices)
        #expect(tariff.price(of: register) == price)
    }

    /// Two days: 600 Wh an hour off peak until 06:00, 1200 Wh at peak, 300 Wh produced and 100 Wh injected all the time.
    private func live(_ tariffs: TariffHistory) -> Books {
        var books = Books(Ledger(Ledger.Settings(tariffs: tariffs)))
        var (offPeak, peak) = (0.0, 0.0)
        for minute in Int64(0)...(2 * 1440) {
            let time = midnight + minute * 60
            let isPeak = (minute - 1 + 1440) % 1440 >= 360
            if minute > 0 { if isPeak { peak += 20 } else { offPeak += 10 } }
            books.learn(
                "linky",
                time,
                .grid(offPeak + peak),
                .export(Double(minute) * 100 / 60),
                .contract(subscribedVA: 9000, register: minute % 1440 >= 360 ? 2 : 1)
            )
            books.learn("linky", time, .tariff("F01", offPeak))
            books.learn("linky", time, .tariff("F02", peak))
            books.learn("onduleur", time, .production(Double(minute) * 5))
        }
        return books
    }

    @Test("each quarter costs what it cost on its day, and days and months add up")
    func euros() {
        let books = live(tariffs)
        func isNear(_ value: Double?, _ expected: Double) -> Bool { abs((value ?? -1) - expected) < 1e-4 }
        let off = "m15.tariff,register=F01,site=maison"
        let peak = "m15.tariff,register=F02,site=maison"
        #expect(isNear(books.value(off, "eur", at: midnight), 0.150 * 0.1))
        #expect(isNear(books.value(peak, "eur", at: midnight + 8 * 3600), 0.3 * 0.3))
        #expect(isNear(books.value(peak, "eur", at: midnight + 32 * 3600), 0.3 * 0.4))
        #expect(books.value(peak, "wh", at: midnight) == nil)
        #expect(isNear(books.value(Books.day, "eur_import", at: midnight), 3.6 * 0.1 + 21.6 * 0.3))
        #expect(isNear(books.value(Books.day, "eur_import", at: midnight + 86_400), 3.6 * 0.2 + 21.6 * 0.4))
        #expect(isNear(books.value(Books.day, "eur_export", at: midnight), 2.4 * 0.1))
        #expect(isNear(books.value(Books.day, "eur_export", at: midnight + 86_400), 2.4 * 0.05))
        #expect(isNear(books.value(Books.day, "eur_saved", at: midnight), 1.2 * 0.1 + 3.6 * 0.3))
        #expect(isNear(books.value(Books.day, "eur_subscription", at: midnight), 1))
        #expect(isNear(books.value(Books.day, "eur_subscription", at: midnight + 86_400), 0.5))
        #expect(isNear(books.value(Books.month, "eur_subscription", at: midnight - 30 * 86_400), 31))
        #expect(isNear(books.value(Books.month, "eur_import", at: midnight + 86_400), 3.6 * 0.2 + 21.6 * 0.4))
    }

    @Test("a battery that injects more than is produced saves nothing, and costs no savings either")
    func moreInjectedThanProduced() {
        var books = Books(Ledger(Ledger.Settings(tariffs: tariffs)))
        for minute in Int64(0)...30 {
            let time = midnight + minute * 60
            let injected = minute < 15 ? minute * 20 : 300
            books.learn(
                "linky",
                time,
                .grid(0),
                .export(Double(injected)),
                .contract(subscribedVA: 9000, register: 2)
            )
            books.learn("onduleur", time, .production(Double(minute) * 10))
        }
        // Nothing of the first quarter, where 300 Wh were injected; all of the second.
        #expect(abs((books.value(Books.day, "eur_saved", at: midnight) ?? -1) - 0.150 * 0.3) < 1e-6)
    }

    @Test("a subscription that changes within a month costs what it did on each day")
    func changedSubscription() {
        let days = [(day: Int64(1), price: 28.0), (day: 11, price: 56.0)]
        let history = TariffHistory(
            days.map { day, price in
                let from = LocalDate(year: 2026, month: 2, day: day)
                return Tariff(from: from, option: .base, prices: ["BASE": 0.2], subscription: price)
            }
        )
        var books = Books(Ledger(Ledger.Settings(tariffs: history)))
        let start = midnight + 86_400
        for hour in stride(from: Int64(0), through: 20 * 24, by: 1) {
            books.learn("linky", start + hour * 3600, .grid(Double(hour)))
        }
        #expect(books.value(Books.day, "eur_subscription", at: start) == 1)
        #expect(books.value(Books.day, "eur_subscription", at: start + 10 * 86_400) == 2)
        #expect(books.value(Books.month, "eur_subscription", at: start) == 30)
    }

    @Test("prices count from the first hour of their first day on")
    func firstDay() {
        for (date, price) in [("2026-01-31", 0.1), ("2026-02-01", 0.2), ("2024-12-31", nil)] as [(String, Double?)] {
            #expect(LocalDate(date).flatMap { tariffs.tariff(on: $0) }?.price(of: "HC") == price, "\(date)")
        }
    }

    @Test("without a tariff there is energy and no euro")
    func none() {
        let books = live(TariffHistory())
        #expect(books.rows.values.allSatisfy { row in row.keys.allSatisfy { !$0.hasPrefix("eur") } })
        #expect(abs(books.sum("m15.tariff,register=F02,site=maison", "wh") - 43_200) < 1e-3)
    }

    @Test("a register that did not move has no point: a tariff of ten registers fills no database")
    func idle() {
        var books = Books()
        for minute in Int64(0)...120 {
            books.learn("linky", midnight + minute * 60, .tariff("F01", Double(minute)), .tariff("F02", 500))
        }
        #expect(books.values("m15.tariff,register=F01,site=maison", "wh").count == 8)
        #expect(books.values("m15.tariff,register=F02,site=maison", "wh").isEmpty)
    }

    @Test(
        "a register that counts without a price is told once for each tariff, also over restarts, and again when it may"
    )
    func withoutPrice() throws {
        func tariff(_ prices: [String: Double], from day: Int64 = 1) -> TariffHistory {
            TariffHistory([Tariff(from: LocalDate(year: 2026, month: 1, day: day), option: .hphc, prices: prices)])
        }
        var books = Books(Ledger(Ledger.Settings(tariffs: tariff(["HC": 0.1, "HP": 0.2]))))
        var minute: Int64 = 0
        func live(minutes: Int64) {
            for _ in 0..<minutes {
                minute += 1
                for register in ["F01", "F03", "F04"] {
                    books.learn("linky", midnight + minute * 60, .tariff(register, Double(minute)))
                }
                // It never counts.
                books.learn("linky", midnight + minute * 60, .tariff("F05", 7))
            }
        }
        live(minutes: 120)
        #expect(books.events.map(\.kind) == [.tariff, .tariff])
        #expect(Set(books.events.map(\.title)) == ["Registre F03 sans prix", "Registre F04 sans prix"])
        #expect(Set(books.events.map(\.time)).count == 2, "two rows in the database")
        #expect(
            books.events.allSatisfy { $0.text.contains("2026-01-01") && $0.warning?.contains("add the price") == true }
        )
        let saved = try JSONEncoder().encode(books.ledger.memory)
        let memory = try JSONDecoder().decode(Ledger.Memory.self, from: saved)
        books.ledger = Ledger(books.ledger.settings, memory: memory)
        live(minutes: 60)
        #expect(books.events.count == 2)
        books.ledger.change(
            to: Ledger.Settings(tariffs: tariff(["HC": 0.1, "HP": 0.2, "F03": 0.3])),
            sources: ["linky"]
        )
        live(minutes: 60)
        #expect(books.events.count == 2, "F03 has one now, F04 was told")
        books.ledger.change(to: Ledger.Settings(tariffs: tariff(["HC": 0.1, "HP": 0.2], from: 30)), sources: ["linky"])
        live(minutes: 60)
        #expect(books.events.count == 4, "another tariff")
    }

    @Test("a memory that an earlier version saved is still read")
    func olderMemory() throws {
        var object = try #require(
            JSONSerialization.jsonObject(with: JSONEncoder().encode(live(tariffs).ledger.memory)) as? [String: Any]
        )
        object["unpriced"] = nil
        object["eventTimes"] = nil
        let memory = try JSONDecoder().decode(Ledger.Memory.self, from: JSONSerialization.data(withJSONObject: object))
        #expect(memory.newest == midnight + 2 * 86_400)
    }
}
