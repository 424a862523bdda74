import Testing

@testable import MeterCore

@Suite struct ClockJudgeTests {
    private static let today: Int64 = 1_795_000_000

    private func reading(_ wall: Int64, uptime: Int64, isSynchronized: Bool = false) -> ClockReading {
        ClockReading(
            wall: Timestamp(seconds: wall),
            uptime: Uptime(nanoseconds: uptime * 1_000_000_000),
            isSynchronized: isSynchronized
        )
    }

    /// A meter that says a time now.
    private func says(_ wall: Int64, uptime: Int64) -> Int64 { (wall - uptime) * 1_000_000_000 }

    @Test(
        "a meter that lost its clock is not believed, one that kept it is",
        arguments: [(915_148_800, "unknown"), (today, "meter")]
    )
    func meter(_ wall: Int64, _ basis: String) {
        var judge = ClockJudge()
        let verdict = judge.judge(reading(100, uptime: 100), meter: says(wall, uptime: 100))
        #expect(verdict.basis.rawValue == basis)
    }

    @Test("a clock that is set again waits as long as the first time")
    func setTwice() {
        var judge = ClockJudge()
        _ = judge.judge(reading(Self.today, uptime: 1000, isSynchronized: true), meter: nil)
        // An hour wrong at 2000 s, right again at 3000 s, and two hours wrong at 4000 s: half an hour after the first.
        #expect(judge.judge(reading(Self.today + 1000 + 3600, uptime: 2000), meter: nil).basis == .earlier)
        #expect(judge.judge(reading(Self.today + 2000, uptime: 3000), meter: nil).basis == .box)
        #expect(judge.judge(reading(Self.today + 3000 + 7200, uptime: 4000), meter: nil).basis == .earlier)
        #expect(judge.judge(reading(Self.today + 4799 + 7200, uptime: 5799), meter: nil).basis == .earlier)
        #expect(judge.judge(reading(Self.today + 4800 + 7200, uptime: 5800), meter: nil).basis == .box)
    }

    @Test(
        "a clock that drifts by a second is right, one that somebody set by minutes is not",
        arguments: [(1, "box"), (-2, "box"), (60, "earlier"), (-600, "earlier")]
    )
    func step(_ seconds: Int64, _ basis: String) {
        var judge = ClockJudge()
        _ = judge.judge(reading(Self.today, uptime: 1000, isSynchronized: true), meter: nil)
        let verdict = judge.judge(reading(Self.today + 10 + seconds, uptime: 1010), meter: nil)
        #expect(verdict.basis.rawValue == basis)
        #expect(verdict.correction == (basis == "earlier" ? -seconds * 1_000_000_000 : 0))
    }
}
