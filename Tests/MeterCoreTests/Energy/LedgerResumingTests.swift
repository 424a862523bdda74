import Foundation
import MeterCore
import Testing

/// Books that go on where they were left, or are made again.
@Suite struct LedgerResumingTests {
    /// 2026-01-14 00:00 in Paris, a quarter's and a day's beginning.
    private let midnight: Int64 = 1_768_345_200

    @Test("the memory taken at any moment goes on as if nothing had happened")
    func restart() throws {
        func learn(_ books: inout Books, _ step: Int64) {
            let time = midnight - 7200 + step * 10
            books.learn(
                "linky",
                time,
                .grid(Double(step) * 1.5),
                .export(Double(step / 3)),
                .apparentPower(import: step % 700, export: 0),
                .contract(subscribedVA: 9000, register: 1),
                .phase(1, volts: 230 + Double(step % 30), va: Double(step % 700))
            )
            books.learn("linky", time, .tariff("HC", Double(step)))
            if step % 7 == 0 { books.learn("onduleur", time + 4, .production(Double(step) / 2)) }
        }
        var whole = Books()
        var cut = Books()
        for step in Int64(0)...2000 {
            learn(&whole, step)
            learn(&cut, step)
            if step % 97 == 0 {
                let text = try JSONEncoder().encode(cut.ledger.memory)
                #expect(text.count < 4000)
                cut.ledger = Ledger(
                    cut.ledger.settings,
                    memory: try JSONDecoder().decode(Ledger.Memory.self, from: text)
                )
            }
        }
        func rollups(_ books: Books) -> [Books.Key: [String: FieldValue]] {
            books.rows.filter { !$0.key.series.hasPrefix("raw.flow") }
        }
        #expect(rollups(cut) == rollups(whole))
        #expect(whole.rows.count > 100)
    }

    @Test("power lost in the middle of a quarter: the memory of its beginning counts everything once")
    func powerCut() {
        func reading(_ step: Int64) -> (Int64, Double) { (midnight - 3600 + step * 10, Double(step) * 2) }
        var books = Books()
        var saved = books.ledger.memory
        var complete = Int64.min
        for step in Int64(0)...1000 where !(395...430).contains(step) {
            if step == 431 { books.ledger = Ledger(books.ledger.settings, memory: saved) }
            let (time, value) = reading(step)
            books.learn("linky", time, .grid(value), .export(0))
            if books.ledger.completeUntil != complete {
                complete = books.ledger.completeUntil
                saved = books.ledger.memory
            }
        }
        let last = reading(1000)
        let quarters = books.values(Books.energy, "import_wh").filter { $0.key + 900 <= last.0 }
        for (_, value) in quarters { #expect(abs(value - 180) < 1e-5) }
        #expect(quarters.count == 11)
        #expect(books.value(Books.day, "import_wh", at: midnight - 86_400) == 720)
    }

    @Test("computing a span again gives the same points as living it, and none outside of it")
    func recomputed() {
        func play(_ books: inout Books, from: Int64, to: Int64) {
            for time in stride(from: from, to: to, by: 20) where !(80_000..<95_000).contains(time - midnight) {
                let second = Double(time - midnight + 90_000)
                books.learn(
                    "linky",
                    time,
                    .grid((second / 7).rounded(.down)),
                    .export((second / 9).rounded(.down)),
                    .phase(1, volts: 230 + Double(time % 31), va: 100)
                )
                books.learn("onduleur", time + 1, .production((second / 5).rounded(.down)))
            }
        }
        var live = Books()
        play(&live, from: midnight - 86_400, to: midnight + 4 * 86_400)
        let window = midnight..<(midnight + 2 * 86_400)
        var again = Books(Ledger(live.ledger.settings, recomputing: window))
        play(&again, from: window.lowerBound - 1800, to: window.upperBound + 1800)
        let quarters = again.rows.filter { $0.key.series.hasPrefix("m15.") || $0.key.series.hasPrefix("day.energy,") }
        // In the gap no voltage was read for 16 quarters.
        #expect(quarters.count == 2 * (96 * 3 + 24 + 1) - 16)
        for (key, row) in again.rows {
            #expect(window.contains(key.time) || key.series == Books.month, "\(key)")
            if key.series != Books.month { #expect(live.rows[key] == row, "\(key)") }
        }
    }
}
