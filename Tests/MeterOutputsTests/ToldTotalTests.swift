import Testing

@testable import MeterCore
@testable import MeterOutputs

/// A total after the box lost its memory: by what the broker kept it goes on, and neither falls nor jumps.
struct ToldTotalTests {
    private func next(_ now: (total: Double, register: Double, time: Int64), after earlier: RunningTotal?) -> Double {
        var told = ToldTotal(after: earlier)
        let measure = Measure.imported
        let now = RunningTotal(total: now.total, register: now.register, time: now.time)
        return told.next(now, slack: measure.slack, perHour: measure.largestPerHour)
    }

    private let earlier = RunningTotal(total: 1_500_000, register: 400_000, time: 1_000_000)

    @Test("without anything kept the books count")
    func fresh() { #expect(next((12_345_678, 12_345_678, 5), after: nil) == 12_345_678) }

    @Test("books that go on are told as they are, after a day too")
    func same() {
        #expect(next((1_500_000, 400_000, 1_000_000), after: earlier) == 1_500_000)
        #expect(next((1_500_400, 400_400, 1_000_060), after: earlier) == 1_500_400)
        #expect(next((1_530_000, 430_000, 1_086_400), after: earlier) == 1_530_000)
    }

    @Test("a ledger that began anew with the meter of before goes on where it was")
    func lost() { #expect(next((400_300, 400_300, 1_000_600), after: earlier) == 1_500_300) }

    @Test("however little the meters before had counted")
    func little() {
        let earlier = RunningTotal(total: 405_000, register: 400_000, time: 1_000_000)
        #expect(next((400_300, 400_300, 1_000_600), after: earlier) == 405_300)
    }

    @Test("a ledger that began anew with another meter stays where it was, and goes on from there")
    func lostAndReplaced() {
        var told = ToldTotal(after: earlier)
        func next(_ register: Double, _ time: Int64) -> Double {
            told.next(RunningTotal(total: register, register: register, time: time), slack: 20_000, perHour: 45_000)
        }
        #expect(next(25_000_000, 1_000_600) == 1_500_000)
        #expect(next(25_000_050, 1_000_660) == 1_500_050)
        #expect(self.next((12, 12, 1_000_600), after: earlier) == 1_500_000)
        // One whose register happens to be a little less.
        #expect(self.next((399_000, 399_000, 1_000_600), after: earlier) == 1_500_000)
    }

    @Test("books a little behind, as after a kill, are waited for")
    func behind() {
        var told = ToldTotal(after: earlier)
        func next(_ total: Double) -> Double {
            let now = RunningTotal(total: total, register: total - 1_100_000, time: 1_000_010)
            return told.next(now, slack: 20_000, perHour: 45_000)
        }
        #expect([1_499_400, 1_499_900, 1_500_100].map(next) == [1_500_000, 1_500_000, 1_500_100])
    }

    @Test("what was told never falls, whatever the books do")
    func never() {
        var told = ToldTotal(after: nil)
        let totals: [Double] = [100, 120, 90, 0, 121, 119]
        let said = totals.map {
            told.next(RunningTotal(total: $0, register: $0, time: 5), slack: 20_000, perHour: 45_000)
        }
        #expect(said == [100, 120, 120, 120, 121, 121])
    }
}
