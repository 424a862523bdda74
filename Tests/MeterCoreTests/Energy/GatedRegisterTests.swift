import Testing

@testable import MeterCore

/// A register on its whole way: through the gate of its source, over restarts of the box, into the books.
@Suite struct GatedRegisterTests {
    /// 2026-01-14 00:00 in Paris, a quarter's and a day's beginning.
    private static let midnight: Int64 = 1_768_345_200

    @Test(
        "whatever step a register has and its unit suggests, its gate costs no energy and makes no event",
        arguments: 0..<8
    )
    func gated(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed + 77)
        func draw(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        for number in 0..<60 {
            let step = [1.0, 10, 100, 250, 1000, 10_000][draw(6)]
            let unit = [1.0, 10, 1000][draw(3)]
            let period = [Int64(1), 10, 60, 300, 900][draw(5)]
            let kind = draw(5)
            var energy = Double(3 + draw(30_000)) * step
            var gates = EnergyGates()
            var books = Books()
            var first: Double?
            var last = 0.0
            var watts = 0.0
            var zeros = 0
            var low = 0
            let count = 300
            for reading in 0..<count {
                let time = Self.midnight + Int64(reading) * period
                if draw(20) == 0 { watts = Double(draw(18_000)) }
                energy += watts * Double(period) / 3600
                var shown = (energy / step).rounded(.down) * step
                if kind == 1 || kind == 4, reading > 10, reading < count - 60 {
                    if zeros == 0, draw(60) == 0 { zeros = 1 + draw(30) }
                    if zeros > 0 { zeros -= 1; shown = 0 }
                }
                if kind == 2, reading > 10, reading < count - 60 {
                    if low == 0, draw(30) == 0 { low = 1 + draw(9) }
                    if low > 0 { low -= 1; shown -= step }
                }
                if kind >= 3, draw(70) == 0, reading > 10, reading < count - 60 { gates = EnergyGates() }
                let uptime = Uptime(nanoseconds: time * 1_000_000_000)
                guard let value = gates.believed(Int64(shown), "wh", step: unit, at: uptime) else { continue }
                if first == nil { first = Double(value) }
                last = max(last, Double(value))
                let facts: [Fact] = [.production(Double(value))]
                books.take(books.ledger.learn(Reading(of: "onduleur", facts, at: Timestamp(seconds: time))))
            }
            books.take(books.ledger.finish())
            let name = Comment("seed \(seed), case \(number): step \(step), unit \(unit), \(period) s, kind \(kind)")
            #expect(books.events.isEmpty, name)
            let open = books.ledger.memory.quarters.reduce(0) { sum, quarter in
                quarter.settled.contains(.production) ? sum : sum + (quarter.sums[.production] ?? 0)
            }
            let booked = books.sum(Books.energy, "production_wh") + open
            #expect(abs(booked - (last - (first ?? last))) < 1e-3, name)
            let newest = (energy / step).rounded(.down) * step
            #expect(newest - last <= step, "the last step may wait to be confirmed")
        }
    }
}
