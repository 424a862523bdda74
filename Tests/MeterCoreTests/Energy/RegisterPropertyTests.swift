import Testing

@testable import MeterCore

/// True energy, seen through a register that is coarse, read seldom, disturbed.
@Suite struct RegisterPropertyTests {
    /// 2026-01-14 00:00 in Paris, a quarter's and a day's beginning.
    private static let midnight: Int64 = 1_768_345_200
    private static let steps: [Double] = [1, 2, 5, 10, 25, 50, 100, 200, 250, 500, 1000, 2500, 5000, 10_000]
    private static let periods: [Int64] = [1, 5, 10, 30, 60, 300, 900, 1800, 3600]

    /// A reading: its time, the true energy, the register and the power.
    private struct Sight {
        var time: Int64
        var energy: Double
        var register: Double
        var watts: Double
    }

    /// A meter's readings in the order in which they come, and the truth.
    private struct Case {
        var step: Double
        var period: Int64
        var hasPower: Bool
        /// False when readings were lost, or came late.
        var isWhole = true
        var truth: [Sight] = []
        /// The times of the readings that were false.
        var isFalse: Set<Int64> = []
        var heard: [Sight] = []

        init(_ random: inout SplitMix) {
            step = steps[Int(random.next() % UInt64(steps.count))]
            period = periods[Int(random.next() % UInt64(periods.count))]
            hasPower = random.next() % 2 == 0 && period <= 300
            let count = random.next() % 80 == 0 ? 600 : 20 + Int(random.next() % 40)
            let start = midnight - Int64(random.next() % UInt64(max(1, 900 / period))) * period
            var energy = Double(3 + random.next() % 100_000) * step + Double(random.next() % 1000) / 1000 * step
            var watts = 0.0
            for number in 0..<count {
                let before = watts
                if random.next() % 4 == 0 { watts = Double(random.next() % 36_000) }
                if random.next() % 9 == 0 { watts = 0 }
                if number > 0 { energy += (before + watts) / 2 * Double(period) / 3600 }
                let register = (energy / step).rounded(.down) * step
                truth.append(
                    Sight(time: start + Int64(number) * period, energy: energy, register: register, watts: watts)
                )
            }
            disturb(&random)
        }

        private mutating func disturb(_ random: inout SplitMix) {
            let share = UInt64([0, 3, 10, 30][Int(random.next() % 4)])
            var low = 0
            var late: [Sight] = []
            for (number, sight) in truth.enumerated() {
                var sight = sight
                if number < 2 || number + 3 > truth.count {
                    heard += [sight] + late
                    late = []
                    continue
                }
                if low == 0, random.next() % 100 < share / 3 { low = 1 + Int(random.next() % 5) }
                if low > 0 {
                    low -= 1
                    isFalse.insert(sight.time)
                    sight.register -= step * Double(1 + random.next() % 2)
                }
                switch random.next() % 100 {
                case ..<(share / 3):
                    isWhole = false
                    continue
                case ..<(share / 2):
                    isWhole = false
                    late.append(sight)
                    continue
                case ..<(share * 2 / 3): heard += [sight, sight]
                case ..<share:
                    isFalse.insert(sight.time)
                    sight.register = 0
                    heard.append(sight)
                default: heard.append(sight)
                }
                if random.next() % 3 == 0 {
                    heard += late
                    late = []
                }
            }
        }

        /// The books that these readings give, in the order in which they came, or in that of the database.
        func books(isLive: Bool) -> Books {
            let ledger = Ledger.Settings()
            var books = Books(isLive ? Ledger(ledger) : Ledger(ledger, recomputing: .min ..< .max))
            for sight in isLive ? heard : heard.sorted(by: { $0.time < $1.time }) {
                let facts: [Fact] = [.production(sight.register)] + (hasPower ? [.production(watts: sight.watts)] : [])
                let time = Timestamp(seconds: sight.time)
                books.take(books.ledger.learn(Reading(of: "onduleur", facts, at: time, isRecord: true)))
            }
            books.take(books.ledger.finish())
            return books
        }
    }

    @Test(
        "a register of any step, period and trouble counts the truth to a step, live as recomputed",
        arguments: 0..<16
    )
    func anyRegister(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for number in 0..<320 {
            let one = Case(&random)
            let name = Comment("seed \(seed), case \(number): step \(one.step) Wh, each \(one.period) s")
            let live = one.books(isLive: true)
            let again = one.books(isLive: false)
            let (first, last) = (try #require(one.truth.first), try #require(one.truth.last))
            for books in [live, again] {
                #expect(books.events.isEmpty, name)
                let track = try #require(books.ledger.memory.tracks.first?.track, name)
                #expect(track.value == last.register, name)
                let rows = books.rows.filter { $0.key.series == Books.energy }.values
                for case .float(let value)? in rows.flatMap({ $0.values }) { #expect(value >= 0, name) }
                let open = books.ledger.memory.quarters.reduce(0) { sum, quarter in
                    quarter.settled.contains(.production) ? sum : sum + (quarter.sums[.production] ?? 0)
                }
                let booked = books.sum(Books.energy, "production_wh") + open
                let grown = last.register - first.register
                if one.hasPower {
                    #expect(booked > grown - 1e-3 && booked < grown + one.step + 1e-3, name)
                } else {
                    #expect(abs(booked - grown) < 1e-3, name)
                }
                guard one.hasPower, one.isWhole else { continue }
                for (start, value) in books.values(Books.energy, "production_wh") {
                    guard !one.isFalse.contains(start), !one.isFalse.contains(start + 900),
                        let from = one.truth.first(where: { $0.time == start }),
                        let to = one.truth.first(where: { $0.time == start + 900 })
                    else { continue }
                    #expect(abs(value - (to.energy - from.energy)) <= max(one.step, 10) + 1e-3, name)
                }
            }
            if one.isWhole { #expect(live.rows.filter { !$0.key.series.hasPrefix("raw.flow") } == again.rows, name) }
        }
    }
}
