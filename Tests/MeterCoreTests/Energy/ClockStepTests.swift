import MeterCore
import Testing

/// What a clock that is set, a renamed meter and an aligned display do to the books.
@Suite struct ClockStepTests {
    private static let start: Int64 = 1_800_000_000 / 900 * 900

    private func energy(_ points: [Point]) -> Double {
        var last: [Int64: Double] = [:]
        for point in points where point.series.measurement == Measurement("energy", in: RetentionPolicy("m15")) {
            let place = point.series.fieldNames.firstIndex(of: "import_wh")
            if let place, case .float(let value)? = point.values[place] { last[point.timestamp.seconds] = value }
        }
        return last.values.reduce(0, +)
    }

    private func grid(_ wh: Double, _ meter: String = "linky", at time: Int64) -> Reading {
        let fact = Fact.register(MeterRegister(.import, isDistributors: true), value: wh)
        return Reading(of: meter, [fact], at: Timestamp(seconds: time), remarks: Remarks(serial: "1"))
    }

    @Test("a clock that is set back costs no energy", arguments: [60, 600, 3600] as [Int64])
    func setBack(seconds: Int64) {
        var ledger = Ledger(Ledger.Settings())
        var points: [Point] = []
        for step in 0..<1440 {
            // 1 kW, read each ten seconds; after two hours the clock is set back.
            let time = Self.start + Int64(step) * 10 - (step >= 720 ? seconds : 0)
            points += ledger.learn(grid(Double(step) * 1000 / 360, at: time)).points
        }
        points += ledger.finish().points
        let read = 1439 * 1000 / 360.0
        #expect(energy(points) <= read + 1)
        #expect(energy(points) + 260 > read, "only the last quarter may be open")
    }

    @Test("an old reading that comes late adds nothing")
    func late() {
        var ledger = Ledger(Ledger.Settings())
        var points: [Point] = []
        for step in 0..<720 {
            let time = Self.start + Int64(step) * 10
            points += ledger.learn(grid(Double(step), at: time)).points
            if step > 100 {
                points += ledger.learn(grid(Double(step - 50), at: time - 500)).points
            }
        }
        points += ledger.finish().points
        #expect(energy(points) <= 719 && energy(points) > 600)
    }

    @Test("a meter that has another name since is not waited for when days are computed again")
    func renamed() {
        let span = Self.start..<(Self.start + 86_400)
        var ledger = Ledger(Ledger.Settings(), recomputing: span)
        var points: [Point] = []
        for minute in 0..<1440 {
            let name = minute < 300 ? "linky" : "compteur"
            let time = Self.start + Int64(minute) * 60
            points += ledger.learn(grid(Double(minute * 10), name, at: time)).points
        }
        points += ledger.finish().points
        // The step from one name to the other is not known, and the last quarter is open.
        #expect(abs(energy(points) - 14_390) < 200)
    }

    @Test("a display of water that is aligned is no consumption")
    func aligned() {
        var ledger = Ledger(Ledger.Settings())
        var points: [Point] = []
        for minute in 0..<120 {
            let value = minute < 60 ? 0.001 * Double(minute) : 412 + 0.001 * Double(minute)
            let time = Timestamp(seconds: Self.start + Int64(minute) * 60)
            points += ledger.learn(Reading(of: "eau", Fact.display(value, of: .water), at: time)).points
        }
        points += ledger.finish().points
        var sum = 0.0
        for point in points where point.series.measurement == Measurement("meter", in: RetentionPolicy("m15")) {
            if case .float(let value)? = point.values.first ?? nil { sum += value }
        }
        #expect(sum > 0.05 && sum < 0.13)
    }
}
