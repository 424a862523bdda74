import MeterNotation
import Testing

@testable import MeterCore

/// Inverters that say nothing without sun: the evening does not wait for them, and nothing of them is lost.
struct SleepTests {
    /// 29 November 2026, 12:00 in Paris, where the sun sets at 16:56.
    private let noon: Int64 = 1_795_950_000
    private let hour: Int64 = 3600

    private var settings: Ledger.Settings {
        var settings = Ledger.Settings(production: Production(sources: ["toit"], isComplete: true))
        (settings.place.latitude, settings.place.longitude) = (48.86, 2.35)
        return settings
    }

    private func linky(_ books: inout Books, from: Int64, to: Int64) {
        for time in stride(from: from, to: to, by: 300) {
            let drawn = Double(time - noon) / 6
            books.learn(
                "linky",
                time,
                .register(MeterRegister(.import, isDistributors: true), value: 10_000 + drawn),
                .register(MeterRegister(.export, isDistributors: true), value: 500)
            )
        }
    }

    private func inverter(_ books: inout Books, _ time: Int64, _ value: Double, watts: Double = 0) {
        books.learn("toit", time, .register(MeterRegister(.production), value: value), .production(watts: watts))
    }

    /// A house whose inverter makes 1 kW until so many minutes after noon, and is not heard after that.
    private func books(until minutes: Int64, _ settings: Ledger.Settings, lastWatts: Double = 30) -> Books {
        var books = Books(Ledger(settings))
        for time in stride(from: noon, through: noon + minutes * 60, by: 300) {
            linky(&books, from: time, to: time + 1)
            let isLast = time + 300 > noon + minutes * 60
            inverter(&books, time, 7000 + Double(time - noon) / 3.6, watts: isLast ? lastWatts : 1000)
        }
        return books
    }

    private func consumption(_ books: Books) -> Double { books.sum("m15.energy,site=maison", "consumption_wh") }

    @Test("the consumption of the evening is known in the evening, though the inverter sleeps")
    func evening() {
        // It was heard last at 16:45.
        var books = books(until: 285, settings)
        linky(&books, from: noon + 290 * 60, to: noon + 9 * hour + 1)
        let (drawn, made) = (Double(9 * hour) / 6, Double(285 * 60) / 3.6)
        #expect(abs(consumption(books) - drawn - made) < 1e-6)
        #expect(books.ledger.completeUntil == noon + 9 * hour && books.ledger.importUntil == noon + 9 * hour)
        #expect(books.value("m15.energy,site=maison", "production_wh", at: noon + 8 * hour) == 0)
        #expect(abs(books.sum(Books.day, "consumption_wh") - consumption(books)) < 1e-6)
    }

    @Test(
        "what it counted before it slept is booked when it wakes, once, and without a roll-up",
        arguments: [(0.0, 0.0), (40, 0), (40, 25), (0, 25)]
    )
    func morning(_ atDusk: Double, _ later: Double) {
        var books = books(until: 285, settings)
        linky(&books, from: noon + 290 * 60, to: noon + 20 * hour)
        let made = 7000 + Double(285 * 60) / 3.6
        // 08:03, and again after a quarter.
        let dawn = noon + 20 * hour + 180
        inverter(&books, dawn, made + atDusk)
        linky(&books, from: dawn + 120, to: dawn + 1020)
        inverter(&books, dawn + 1020, made + atDusk + later)
        linky(&books, from: dawn + 1030, to: dawn + 2000)
        inverter(&books, dawn + 2000, made + atDusk + later)
        linky(&books, from: dawn + 2010, to: dawn + 2020)
        let booked = books.sum("m15.energy,site=maison", "production_wh")
        #expect(abs(booked - (made - 7000) - atDusk - later) < 1e-5)
        #expect(!books.ledger.needsRollup && books.ledger.memory.late == nil)
        let own = books.values("m15.meter,role=production,site=maison,source=toit", "value")
        #expect(abs(own.values.reduce(0, +) - booked) < 1e-6)
        // No quarter of the night lacks its consumption.
        let night = books.values("m15.energy,site=maison", "consumption_wh")
        let quarters = stride(from: noon, through: noon + 20 * hour - 900, by: 900)
        #expect(quarters.allSatisfy { night[$0] != nil })
    }

    @Test("an inverter that falls silent by day is waited for, and one beside it that is a hybrid at night, too")
    func byDay() {
        var silent = self.books(until: 90, settings)
        linky(&silent, from: noon + 100 * 60, to: noon + 9 * hour)
        #expect(abs(consumption(silent) - Double(90 * 60) / 6 - Double(90 * 60) / 3.6) < 1e-6)
        var broken = self.books(until: 285, settings, lastWatts: 800)
        linky(&broken, from: noon + 290 * 60, to: noon + 9 * hour)
        #expect(broken.ledger.completeUntil == noon + 285 * 60)
        var hybrid = settings
        hybrid.storage = Storage(hybrids: ["toit"])
        var books = self.books(until: 285, hybrid)
        linky(&books, from: noon + 290 * 60, to: noon + 9 * hour)
        #expect(books.ledger.completeUntil == noon + 285 * 60)
    }

    @Test("a counter that is read once a day has told nothing of the day, and is no sleeper at dusk")
    func daily() {
        var books = Books(Ledger(settings))
        let midnight = noon - 12 * hour
        inverter(&books, midnight, 7000)
        linky(&books, from: noon, to: noon + 6 * hour)
        #expect(consumption(books) == 0)
        inverter(&books, midnight + 24 * hour, 10_000)
        linky(&books, from: noon + 12 * hour, to: noon + 13 * hour)
        let day = midnight..<midnight + 24 * hour
        let made = books.values("m15.energy,site=maison", "production_wh").filter { day.contains($0.key) }
        #expect(abs(made.values.reduce(0, +) - 3000) < 1)
    }

    @Test("the same readings from the database make the same points")
    func recomputed() {
        func run(_ ledger: Ledger) -> Books {
            var books = Books(ledger)
            for time in stride(from: noon, through: noon + 21 * hour, by: 300) {
                linky(&books, from: time, to: time + 1)
                let minutes = (time - noon) / 60
                guard minutes <= 285 || minutes >= 20 * 60 else { continue }
                let made = Double(min(minutes, 285)) * 60 / 3.6 + Double(max(0, minutes - 1190))
                inverter(&books, time, 7000 + made, watts: minutes < 285 ? 1000 : 20)
            }
            return books
        }
        var again = run(Ledger(settings, recomputing: .min ..< .max))
        again.take(again.ledger.finish())
        var live = run(Ledger(settings))
        live.take(live.ledger.finish())
        let (one, other) = (again.rows, live.rows.filter { $0.key.series.hasPrefix("m15.energy") })
        #expect(other.allSatisfy { one[$0.key] == $0.value } && !other.isEmpty)
    }
}
