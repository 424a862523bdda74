import Testing

@testable import MeterCore

/// Books that are made anew while the box works, and what comes late to them: nothing is lost, told twice or made again.
@Suite struct RecomputedBooksTests {
    /// 2026-01-14 00:00 in Paris, a quarter's and a day's beginning.
    private let midnight: Int64 = 1_768_345_200

    private func record(_ books: inout Books, _ time: Int64, _ value: Double) {
        let reading = Reading(of: "toit", [.production(value)], at: Timestamp(seconds: time), isRecord: true)
        books.take(books.ledger.learn(reading))
    }

    /// The books that are made anew from some minutes of readings, as for `ledger reopen`.
    private func anew(_ minutes: [(minute: Int64, value: Double)], from start: Int64, _ meter: String) -> Ledger {
        var ledger = Ledger(Ledger.Settings(), recomputing: start ..< .max)
        for (minute, value) in minutes {
            _ = ledger.learn(Reading(of: meter, [.production(value)], at: Timestamp(seconds: start + minute * 60)))
        }
        ledger.goLive()
        return ledger
    }

    @Test("of three files the middle one, which comes last, is to be computed again with all of its gap")
    func middleFile() {
        var books = Books()
        for minute in Int64(0)...50 { record(&books, midnight + minute * 60, Double(minute)) }
        for minute in Int64(110)...180 { record(&books, midnight + minute * 60, 500 + Double(minute)) }
        #expect(books.ledger.memory.late == nil)
        for minute in Int64(51)...109 { record(&books, midnight + minute * 60, 51 + Double(minute - 51) * 9) }
        #expect(books.ledger.memory.late?.from == midnight + 50 * 60)
        #expect(books.ledger.memory.late?.to == midnight + 110 * 60)
        #expect(!books.ledger.needsRollup && books.events.isEmpty, "its sum is right already")
    }

    @Test("an older file is computed again up to the first reading that was booked, which may be of another day")
    func boundary() {
        var books = Books()
        let day = midnight + 86_400
        for quarter in Int64(1)...40 { record(&books, day + quarter * 900, 100_000 + Double(quarter)) }
        for quarter in Int64(0)...95 { record(&books, midnight + quarter * 900, 90_000 + Double(quarter)) }
        #expect(books.ledger.memory.late?.from == midnight)
        #expect(books.ledger.memory.late?.to == day + 900)
    }

    @Test("an older file of the meter before the present one is no energy of now, and no reset")
    func meterBefore() {
        var books = Books()
        for minute in Int64(0)...120 { record(&books, midnight + minute * 60, Double(minute) * 10) }
        for minute in Int64(-120) ... -1 { record(&books, midnight + minute * 60, 30_000 + Double(minute) * 10) }
        for minute in Int64(121)...240 { record(&books, midnight + minute * 60, Double(minute) * 10) }
        #expect(books.events.map(\.title) == ["Énergie à recalculer"])
        #expect(abs(books.sum(Books.energy, "production_wh") - 2400) < 1e-3)
        #expect(books.ledger.memory.late?.from == midnight - 7200)
    }

    @Test("computed again, a meter that was away for more than two days counts where it was known to come back")
    func longAway() {
        let end = midnight + 4 * 86_400
        var books = Books(Ledger(Ledger.Settings(), recomputing: midnight..<end))
        books.ledger.expect(Reading(of: "carport", [.production(0)], at: Timestamp(seconds: end)))
        for time in stride(from: midnight, through: end, by: 300) {
            let value = Double(time - midnight) / 36
            books.learn("toit", time, .production(value))
            if time <= midnight + 3600 || time >= end - 7200 { books.learn("carport", time, .production(value)) }
        }
        books.take(books.ledger.finish())
        #expect(abs(books.sum(Books.energy, "production_wh") - 2 * Double(end - midnight) / 36) < 1e-3)
        #expect(!books.ledger.needsRollup)
    }

    @Test("a meter that was away when the books were made anew counts in the days before them, by computing again")
    func awayMeanwhile() {
        var books = Books(Ledger(Ledger.Settings(), recomputing: midnight ..< .max))
        books.learn("carport", midnight - 12 * 3600, .production(0))
        for minute in Int64(-1)...60 { books.learn("toit", midnight + minute * 60, .production(0)) }
        books.ledger.goLive()
        #expect(!books.ledger.needsRollup)
        for minute in Int64(61)...120 {
            books.learn("toit", midnight + minute * 60, .production(0))
            books.learn("carport", midnight + minute * 60, .production(12_000 + Double(minute) * 50 / 3))
        }
        #expect(books.ledger.memory.late?.from == midnight - 12 * 3600)
        #expect(abs(books.sum(Books.energy, "production_wh") - 2000) < 1e-3)
    }

    @Test("books that are made anew while the box works are no start of it, and tell nothing a second time")
    func noStart() {
        let minutes = (Int64(0)...4).map { (minute: $0 * 15, value: Double($0) * 100) }
        var books = Books()
        for (minute, value) in minutes { books.learn("toit", midnight + minute * 60, .production(value)) }
        let before = books.ledger
        books.ledger = anew(minutes, from: midnight, "toit")
        books.ledger.takeOver(from: before)
        books.learn("toit", midnight + 75 * 60, .production(500))
        #expect(books.events.isEmpty)
    }

    @Test("late readings that come while the sums are made stay to be done; those that are sent again are not new")
    func sentAgain() throws {
        var books = Books()
        let today = (Int64(0)...60).map { ($0, 5000 + Double($0)) }
        for (minute, value) in today { record(&books, midnight + minute * 60, value) }
        for minute in Int64(-60) ... -1 { record(&books, midnight + minute * 60, 5000 + Double(minute)) }
        let made = try #require(books.ledger.memory.late)
        let before = books.ledger
        books.ledger = anew([(-1, 4999)] + today, from: midnight, "toit")
        books.ledger.takeOver(from: before, made: made)
        #expect(!books.ledger.needsRollup)
        for minute in Int64(-60) ... -1 { record(&books, midnight + minute * 60, 5000 + Double(minute)) }
        #expect(!books.ledger.needsRollup)
        record(&books, midnight - 7200, 4000)
        #expect(books.ledger.needsRollup)
        let later = books.ledger
        books.ledger = anew([(-1, 4999)] + today, from: midnight, "toit")
        books.ledger.takeOver(from: later, made: made)
        #expect(books.ledger.memory.late == later.memory.late)
    }
}
