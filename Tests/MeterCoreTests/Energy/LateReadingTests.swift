import Testing

@testable import MeterCore

/// What comes late, seldom, or from a meter that is away: it waits, it is booked once, or the household is told.
@Suite struct LateReadingTests {
    /// 2026-01-14 00:00 in Paris, a quarter's and a day's beginning.
    private let midnight: Int64 = 1_768_345_200

    /// An inverter that is read each minute for so many quarters.
    private func live(_ books: inout Books, quarters: Int64, from start: Int64) {
        for minute in 0...(quarters * 15) {
            books.learn("onduleur", start + minute * 60, .production(Double(minute) * 10))
        }
    }

    @Test("what a second inverter counted in quarters that are over changes none of them, and is told")
    func closedQuarters() {
        var books = Books()
        live(&books, quarters: 8, from: midnight)
        let before = books.values(Books.energy, "production_wh")
        #expect(before.count == 8)
        books.learn("carport", midnight + 900, .production(0))
        books.learn("carport", midnight + 1800, .production(500))
        #expect(books.ledger.needsRollup)
        #expect(books.events.map(\.title) == ["Énergie à recalculer"])
        #expect(books.values(Books.energy, "production_wh") == before)
        for minute in Int64(31)...60 { books.learn("carport", midnight + minute * 60, .production(500)) }
        #expect(books.events.count == 1, "once, and not at each reading")
    }

    @Test("a quarter that only waits for another meter takes nothing more on accounts that are final, and that is told")
    func settledAccount() {
        var books = Books()
        // The meter of the grid is read again much later: the quarters stay open for consumption.
        books.learn("linky", midnight, .grid(0), .export(0))
        live(&books, quarters: 8, from: midnight)
        books.learn("carport", midnight + 900, .production(0))
        books.learn("carport", midnight + 1800, .production(500))
        #expect(books.ledger.needsRollup)
        books.learn("linky", midnight + 7200, .grid(800), .export(0))
        #expect(books.value(Books.energy, "production_wh", at: midnight + 900) == 150)
        #expect(books.value(Books.energy, "consumption_wh", at: midnight + 900) == 250)
        #expect(books.value(Books.day, "production_wh", at: midnight) == 1200)
    }

    @Test("a quarter that a late meter of its own opens again takes nothing on what was final there")
    func openedAgain() {
        var books = Books()
        live(&books, quarters: 8, from: midnight)
        books.learn("carport", midnight + 7200, .production(0))
        // Clock of its own, alone on its account: its quarters are taken, though all others have passed them.
        let water = Fact.register(MeterRegister(.consumption), value: 0)
        books.learn("sonde", midnight + 900, [water])
        books.learn("sonde", midnight + 2700, [.register(MeterRegister(.consumption), value: 20)])
        #expect(!books.ledger.needsRollup)
        let before = books.values(Books.energy, "production_wh")
        books.learn("toit", midnight + 900, .production(0))
        books.learn("toit", midnight + 2700, .production(500))
        #expect(books.ledger.needsRollup && books.values(Books.energy, "production_wh") == before)
        #expect(books.value(Books.day, "production_wh", at: midnight) == 1200)
    }

    @Test("a meter that stands still is read once an hour, and nothing of the house is estimated for that")
    func restingMeter() {
        var books = Books()
        for minute in Int64(0)...180 {
            books.learn("linky", midnight + minute * 60, .grid(Double(minute)))
            if minute % 60 == 0 { books.learn("linky", midnight + minute * 60, .export(400)) }
        }
        #expect(books.values(Books.energy, "export_wh").count == 12)
        #expect(books.estimated.isEmpty)
    }

    @Test("a meter that is read each quarter of an hour, some seconds late at times, is not estimated")
    func quarterly() {
        var books = Books()
        for quarter in Int64(0)...8 {
            books.learn("linky", midnight + quarter * 900 + (quarter % 3) * 29, .grid(Double(quarter) * 40))
        }
        #expect(books.values(Books.energy, "import_wh").count == 8)
        #expect(books.estimated.isEmpty)
        books.learn("linky", midnight + 8 * 900 + 58 + 961, .grid(400))
        books.learn("linky", midnight + 11 * 900, .grid(400))
        #expect(!books.estimated.isEmpty)
    }

    @Test("an inverter that is silent for a day is waited for, however many other meters there are")
    func manyMeters() {
        var books = Books()
        let end = midnight + 86_400
        books.learn("onduleur", midnight, .production(0))
        for time in stride(from: midnight, through: end, by: 300) {
            books.learn("linky", time, .grid(Double(time - midnight)), .export(0))
            for meter in ["eau", "gaz", "chaleur"] { books.learn(meter, time, .tariff(meter, 0)) }
        }
        #expect(books.values(Books.energy, "production_wh").isEmpty)
        books.learn("onduleur", end, .production(9600))
        #expect(books.value(Books.energy, "production_wh", at: midnight) == 100)
        #expect(books.value(Books.day, "consumption_wh", at: midnight) == 96_000)
        #expect(!books.ledger.needsRollup)
    }

    @Test("days and months of long ago are not written again while a meter is away")
    func writtenOnce() {
        var books = Books()
        books.learn("onduleur", midnight - 3600, .production(0))
        for time in stride(from: midnight - 3600, through: midnight + 6 * 3600, by: 300) {
            books.learn("linky", time, .grid(Double(time - midnight)), .export(0))
        }
        let before = books.pointCount
        books.learn("linky", midnight + 6 * 3600 + 900, .grid(Double(6 * 3600 + 900)), .export(0))
        #expect(books.pointCount - before == 4, "the quarter, its hour, its day and its month")
    }

    @Test("a register that is read far in the future opens no more quarters than a year has")
    func farFuture() {
        var books = Books()
        books.learn("second", midnight, .grid(0))
        books.learn("linky", midnight, .grid(0))
        books.learn("linky", midnight + 50_000 * 900, .grid(50_000))
        #expect(books.ledger.memory.quarters.count == 40_000)
        #expect(books.ledger.needsRollup)
    }

    @Test("after the clock was set back a false register adds nothing, a true one does")
    func setBack() {
        var books = Books()
        books.learn("linky", midnight + 600, .grid(1000))
        books.learn("linky", midnight, .grid(9_000_000))
        books.learn("linky", midnight + 10, .grid(1003))
        books.learn("linky", midnight + 900, .grid(1010))
        #expect(books.value(Books.energy, "import_wh", at: midnight) == 10)
    }

    @Test("a meter that reports again after a pause is waited for as before")
    func backAgain() {
        var books = Books()
        let start = midnight
        books.learn("onduleur", start, .production(0))
        // Away for a day and a half, back for a moment, away for a day and a half: never for two days.
        for time in stride(from: start, through: start + 3 * 86_400, by: 300) {
            if time == start + 129_600 { books.learn("onduleur", time, .production(1440)) }
            books.learn("linky", time, .grid(Double(time - start)), .export(0))
        }
        #expect(books.values(Books.energy, "production_wh").count == 144)
        books.learn("onduleur", start + 3 * 86_400, .production(2880))
        #expect(books.values(Books.energy, "production_wh").count == 288)
        #expect(!books.ledger.needsRollup)
    }

    @Test("the books of a meter that is away for long still fit into their file")
    func smallMemory() {
        var books = Books()
        books.learn("onduleur", midnight, .production(0))
        for quarter in Int64(0)...180 {
            books.learn("linky", midnight + quarter * 900, .grid(Double(quarter)), .export(0))
        }
        #expect(books.ledger.memory.forSaving.quarters.count == 180, "all that wait")
        books.ledger.memory.quarters.insert(
            contentsOf: (0..<900).map { Quarter(start: midnight - 900 * (900 - $0)) },
            at: 0
        )
        let saved = books.ledger.memory.forSaving
        #expect(saved.quarters.count == 960 && saved.quarters.last?.start == midnight + 179 * 900, "the newest ones")
        #expect(saved.late?.from == midnight - 900 * 900, "the others are made again")
    }

    @Test("a record of long ago teaches the books and alarms nobody")
    func record() {
        var books = Books()
        books.ledger = Ledger(
            Ledger.Settings(),
            memory: {
                books.learn("linky", midnight, .grid(0)); return books.ledger.memory
            }()
        )
        for (time, volts) in [(midnight + 7200, 260.0), (midnight + 7210, 260), (midnight + 8100, 230)] {
            let facts: [Fact] = [.grid(Double(time - midnight)), .phase(1, volts: volts, va: nil)]
            books.take(books.ledger.learn(Reading(of: "linky", facts, at: Timestamp(seconds: time), isRecord: true)))
        }
        #expect(books.events.isEmpty)
        #expect(books.value(Books.energy, "import_wh", at: midnight + 7200) == 900)
    }
}
