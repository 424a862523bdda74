import Foundation
import Testing

@testable import MeterCore

/// The totals that neighbours add up: whatever becomes of a meter, they neither fall nor jump.
struct RunningTotalTests {
    /// 2026-01-14 00:00 in Paris.
    private let midnight: Int64 = 1_768_345_200

    private func total(_ books: Books, _ quantity: MeterRegister.Quantity = .import) -> Double? {
        books.ledger.total(of: "linky", quantity, name: "")?.total
    }

    /// Registers in Wh, ten seconds apart, and the totals that they should make.
    private static let examples: [(what: String, registers: [(Double, serial: String?)], total: Double)] = [
        ("a register that grows", [(1000, nil), (1010, nil), (1010, nil), (1025, nil)], 1025),
        (
            "another meter with a smaller register", [(1_000_000, "a"), (1_000_100, "a"), (70, "b"), (90, "b")],
            1_000_120
        ),
        ("another meter with a larger register", [(1000, "a"), (1100, "a"), (9_000_000, "b"), (9_000_020, "b")], 1120),
        ("another unit", [(1_000_000, nil), (1_000_100, nil), (1_000_100_000, nil), (1_000_100_020, nil)], 1_000_120),
        ("nine digits that are full", [(999_999_980, nil), (999_999_990, nil), (10, nil), (20, nil)], 1_000_000_020),
        ("one false zero", [(1_000_000, nil), (1_000_100, nil), (0, nil), (1_000_110, nil)], 1_000_110),
        // Confirmed by the reading after the fall, and from the fall on it counts.
        ("a register that was set to zero", [(50_000, nil), (50_010, nil), (5, nil), (15, nil), (25, nil)], 50_030),
    ]

    @Test("a total is the first register and all that was accepted since", arguments: examples.indices)
    func lives(_ number: Int) {
        let life = Self.examples[number]
        var books = Books()
        var last = -Double.infinity
        for (step, (register, serial)) in life.registers.enumerated() {
            let fact = Fact.register(MeterRegister(.import, wrapsAt: 1e9, isDistributors: true), value: register)
            books.learn("linky", midnight + Int64(step) * 10, [fact], serial: serial)
            let now = total(books) ?? .nan
            #expect(
                now >= last && now - max(last, life.registers[0].0) <= 200,
                "\(life.what), step \(step): \(last), \(now)"
            )
            last = now
        }
        #expect(last == life.total, "\(life.what)")
    }

    @Test("a memory that was saved goes on, with the chapters before")
    func restart() throws {
        var books = Books()
        books.learn("linky", midnight, .grid(1_000_000), serial: "a")
        books.learn("linky", midnight + 10, .grid(500), serial: "b")
        let text = try JSONEncoder().encode(books.ledger.memory)
        books.ledger = Ledger(books.ledger.settings, memory: try JSONDecoder().decode(Ledger.Memory.self, from: text))
        #expect(total(books) == 1_000_000)
        books.learn("linky", midnight + 60, .grid(530), serial: "b")
        #expect(total(books) == 1_000_030)
    }

    @Test("books that are made again from the database go on with the totals, whatever they could read")
    func anew() {
        var old = Books()
        old.learn("linky", midnight, .grid(1_000_000), serial: "a")
        old.learn("linky", midnight + 10, .grid(500), serial: "b")
        func made(_ registers: [(Int64, Double, String)]) -> Double? {
            var books = Books(Ledger(old.ledger.settings, recomputing: .min ..< .max))
            for (time, register, serial) in registers { books.learn("linky", time, .grid(register), serial: serial) }
            books.ledger.goOn(withTotalsOf: old.ledger.memory)
            return total(books)
        }
        #expect(made([(midnight - 60, 400, "b"), (midnight + 10, 500, "b"), (midnight + 70, 520, "b")]) == 1_000_020)
        #expect(made([(midnight + 10, 500, "b")]) == 1_000_000)
        // The database is behind: no fall.
        #expect(made([(midnight, 1_000_000, "a")]) == 1_000_000)
        // A third meter meanwhile: no jump.
        #expect(made([(midnight + 3600, 44_000_000, "c"), (midnight + 3610, 44_000_010, "c")]) == 1_000_000)
    }

    @Test("a register with coarse steps has a total that follows the power and never falls")
    func steps() {
        var books = Books()
        var last = 0.0
        for step in 0..<2000 {
            let wh = Double(step) * 5
            let facts: [Fact] = [
                .production(watts: 1800),
                .register(MeterRegister(.production), value: (wh / 1000).rounded(.down) * 1000),
            ]
            books.learn("linky", midnight + Int64(step) * 10, facts)
            let now = total(books, .production) ?? .nan
            #expect(now >= last && now <= wh + 1000 && now >= wh - 1000)
            last = now
        }
    }
}
