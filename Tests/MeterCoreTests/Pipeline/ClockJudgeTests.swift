import Testing

@testable import MeterCore

@Suite struct ClockJudgeTests {
    private static let today: Int64 = 1_795_000_000

    private func reading(
        _ wall: Int64,
        uptime: Int64,
        isSynchronized: Bool = false,
        hasBattery: Bool = false
    ) -> ClockReading {
        ClockReading(
            wall: Timestamp(seconds: wall),
            uptime: Uptime(nanoseconds: uptime * 1_000_000_000),
            isSynchronized: isSynchronized,
            hasBattery: hasBattery
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

    @Test(
        "a good clock is not given up for a meter that differs: one with a battery, one that the network kept right",
        arguments: [3600, -3600, 12_600, 90] as [Int64],
        [true, false]
    )
    func wrongMeter(_ seconds: Int64, _ hasBattery: Bool) {
        var judge = ClockJudge()
        if !hasBattery { _ = judge.judge(reading(Self.today, uptime: 100, isSynchronized: true), meter: nil) }
        for uptime in stride(from: Int64(110), through: 10_000, by: 10) {
            let meter = says(Self.today + uptime - 100 + seconds, uptime: uptime)
            let verdict = judge.judge(
                reading(Self.today + uptime - 100, uptime: uptime, hasBattery: hasBattery),
                meter: meter
            )
            #expect(verdict.basis == .box && verdict.correction == 0)
            #expect(judge.error(of: meter, verdict.basis) == seconds)
        }
    }

    @Test(
        "a program that starts again after NTP fell silent does not follow a meter that differs",
        arguments: [3600, 12_600, 90, -12_600] as [Int64]
    )
    func wrongMeterAfterRestart(_ seconds: Int64) {
        var first = ClockJudge()
        #expect(first.kept == nil)
        _ = first.judge(reading(Self.today, uptime: 100, isSynchronized: true), meter: nil)
        var judge = ClockJudge(kept: first.kept)
        let meter = says(Self.today + 900 + seconds, uptime: 1000)
        let verdict = judge.judge(reading(Self.today + 900, uptime: 1000), meter: meter)
        #expect(verdict.basis == .box && verdict.correction == 0 && judge.kept == first.kept)
        #expect(judge.error(of: meter, verdict.basis) == seconds)
        // Somebody set the clock while the program did not run.
        var set = ClockJudge(kept: first.kept)
        let earlier = set.judge(reading(Self.today + 900 - 7200, uptime: 1000), meter: meter)
        #expect(earlier.basis == .earlier && earlier.correction == 7200 * 1_000_000_000)
    }

    @Test(
        "a clock that NTP sets against what was trusted and against the meter is doubted, for as long as it is so",
        arguments: [9 * 366 * 86_400, 86_400, -3 * 86_400, 3600] as [Int64]
    )
    func badNetwork(_ seconds: Int64) {
        var judge = ClockJudge()
        _ = judge.judge(reading(Self.today, uptime: 100, isSynchronized: true), meter: nil)
        for uptime in stride(from: Int64(110), through: 10_000, by: 10) {
            let time = Self.today + uptime - 100
            let now = reading(time + seconds, uptime: uptime, isSynchronized: true)
            let verdict = judge.judge(now, meter: says(time + 3, uptime: uptime))
            #expect(verdict.basis == .earlier && verdict.trust == .sure)
            #expect(verdict.correction == -seconds * 1_000_000_000)
        }
        let verdict = judge.judge(reading(Self.today + 9910, uptime: 10_010, isSynchronized: true), meter: nil)
        #expect(verdict.basis == .box && verdict.correction == 0)
    }

    @Test(
        "NTP that sets a clock which it kept is believed after half an hour where no meter tells, never by a year",
        arguments: [(86_400, true), (-7200, true), (9 * 366 * 86_400, false)] as [(Int64, Bool)]
    )
    func networkAlone(_ seconds: Int64, _ isBelieved: Bool) {
        var judge = ClockJudge()
        _ = judge.judge(reading(Self.today, uptime: 100, isSynchronized: true), meter: nil)
        func basis(_ uptime: Int64) -> ClockJudge.Basis {
            let now = reading(Self.today + uptime - 100 + seconds, uptime: uptime, isSynchronized: true)
            return judge.judge(now, meter: nil).basis
        }
        #expect(basis(110) == .earlier)
        #expect(basis(1909) == .earlier)
        #expect(basis(1910) == (isBelieved ? .box : .earlier))
    }

    @Test("NTP that sets a clock which it did not keep before is believed at once, but not against a meter's date")
    func networkFirst() {
        for (meter, basis) in [(nil, "box"), (12_600, "box"), (-9 * 366 * 86_400, "unknown"), (-10 * 86_400, "meter")]
            as [(Int64?, String)]
        {
            var judge = ClockJudge()
            _ = judge.judge(reading(100, uptime: 100), meter: nil)
            let now = reading(Self.today, uptime: 110, isSynchronized: true)
            let verdict = judge.judge(now, meter: meter.map { says(Self.today + $0, uptime: 110) })
            #expect(verdict.basis.rawValue == basis, "\(meter ?? 0)")
        }
    }

    @Test("a meter that is wrong stays a witness only, also when somebody sets the clock that was right")
    func wrongWitness() {
        var judge = ClockJudge()
        _ = judge.judge(reading(Self.today, uptime: 100, isSynchronized: true), meter: nil)
        // NTP's flag falls, the Linky is three hours and a half off, and the clock is set by an hour.
        let verdict = judge.judge(
            reading(Self.today + 10 + 3600, uptime: 110),
            meter: says(Self.today + 10 + 12_600, uptime: 110)
        )
        #expect(verdict.basis == .earlier && verdict.correction == -3600 * 1_000_000_000)
    }

    @Test("a clock that is set to one wrong time after the other waits from the last one on")
    func manyTimes() {
        var judge = ClockJudge()
        _ = judge.judge(reading(Self.today, uptime: 1000, isSynchronized: true), meter: nil)
        #expect(judge.judge(reading(Self.today + 1000 + 3600, uptime: 2000), meter: nil).basis == .earlier)
        #expect(judge.judge(reading(Self.today + 2900 + 7200, uptime: 3900), meter: nil).basis == .earlier)
        #expect(judge.judge(reading(Self.today + 4700 + 7200, uptime: 5700), meter: nil).basis == .box)
    }

    @Test("a clock that was never right follows the meter, as does one that was set to what the meter refutes")
    func meterAgainstUnknown() {
        var judge = ClockJudge()
        let meter = says(Self.today + 3600, uptime: 100)
        #expect(judge.judge(reading(Self.today, uptime: 100), meter: meter).basis == .meter)
        #expect(judge.error(of: meter, .meter) == nil)
        // A battery that is empty: the clock says 1970.
        var empty = ClockJudge()
        #expect(empty.judge(reading(100, uptime: 100, hasBattery: true), meter: meter).basis == .meter)
        // Set by an hour after NTP fell silent, and the meter says otherwise.
        var set = ClockJudge()
        _ = set.judge(reading(Self.today, uptime: 100, isSynchronized: true), meter: nil)
        let right = says(Self.today + 10, uptime: 110)
        let verdict = set.judge(reading(Self.today + 10 + 3600, uptime: 110), meter: right)
        #expect(verdict.correction == -3600 * 1_000_000_000)
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
