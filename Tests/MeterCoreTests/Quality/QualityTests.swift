import MeterCore
import Testing

@Suite struct IndexGateTests {
    private let start = Uptime.now

    private func judge(_ gate: inout IndexGate, _ values: [Int64]) -> [IndexGate.Verdict] {
        values.enumerated().map { gate.judge($1, at: start + .seconds($0)) }
    }

    @Test("a register that grows as it can is accepted from its second reading on")
    func grows() {
        var gate = IndexGate()
        #expect(judge(&gate, [1000, 1001, 1001, 1005]) == [.held, .accepted, .accepted, .accepted])
    }

    @Test(
        "one false value, high or low, is never accepted and locks nothing",
        arguments: [9_001_000, 3, 0, -5] as [Int64]
    )
    func falseValue(_ value: Int64) {
        var gate = IndexGate()
        #expect(judge(&gate, [1000, 1000, value, 1001, 1002]) == [.held, .accepted, .held, .accepted, .accepted])
        #expect(gate.held == 2)
    }

    @Test("a first value that is false is not believed")
    func falseStart() {
        var gate = IndexGate()
        #expect(judge(&gate, [9_000_000, 1000, 1000]) == [.held, .held, .accepted])
    }

    @Test("a replaced meter is believed after four readings that agree")
    func replaced() {
        var gate = IndexGate()
        #expect(
            judge(&gate, [5000, 5000, 12, 12, 13, 13, 14])
                == [.held, .accepted, .held, .held, .held, .confirmed(previous: 5000), .accepted]
        )
    }

    @Test("false values with right ones between them never confirm each other")
    func alternating() {
        var gate = IndexGate()
        let values = [1000, 1000] + [[Int64]](repeating: [9_000_000, 1000], count: 20).joined()
        let verdicts = [[IndexGate.Verdict]](repeating: [.held, .accepted], count: 21).joined()
        #expect(judge(&gate, values) == Array(verdicts))
    }

    @Test("a register may jump by what a connection carries and by its own step, and by no more")
    func jumps() {
        var fine = IndexGate()
        // In a second 45 kW are 12.5 Wh.
        #expect(judge(&fine, [1000, 1000, 1022, 1045]) == [.held, .accepted, .accepted, .held])
        var coarse = IndexGate(step: 1000)
        #expect(judge(&coarse, [1000, 1000, 2000, 4000]) == [.held, .accepted, .accepted, .held])
    }

    @Test("readings of an older time are believed where they fit below what is known, in any order, and move nothing")
    func older() {
        for older in [Array(0..<60), (0..<60).reversed()] {
            var gate = IndexGate()
            for minute in 60...70 { _ = gate.judge(5_000_000 + Int64(minute) * 10, at: start + .seconds(minute * 60)) }
            for minute in older {
                let verdict = gate.judge(5_000_000 + Int64(minute) * 10, at: start + .seconds(minute * 60))
                #expect(verdict == .accepted, "\(minute)")
            }
            #expect(gate.judge(9_000_000, at: start + .seconds(0)) == .held)
            #expect(gate.judge(3, at: start + .seconds(0)) == .held)
            #expect(gate.judge(5_000_710, at: start + .seconds(71 * 60)) == .accepted)
        }
    }

    @Test("of a file that has its newest line first all lines but the first are believed")
    func newestFirst() {
        var gate = IndexGate()
        let verdicts = (0...10).reversed().map {
            gate.judge(5000 + Int64($0) * 10, at: start + .seconds($0 * 60))
        }
        #expect(verdicts == [.held] + [IndexGate.Verdict](repeating: .accepted, count: 10))
        #expect(gate.judge(5110, at: start + .seconds(11 * 60)) == .accepted)
    }

    @Test("after a day without readings a day's energy is no jump")
    func gap() {
        var gate = IndexGate()
        _ = judge(&gate, [1000, 1000])
        #expect(gate.judge(41_000, at: start + .seconds(86_400)) == .accepted)
    }
}

@Suite struct SamplingTests {
    @Test("one reading a slot is kept, and one at each quarter of an hour")
    func slots() {
        var sampling = Sampling(every: .seconds(7))
        let kept = (899 - 21...921).filter { sampling.keeps(Timestamp(seconds: Int64($0))) }
        #expect(kept.contains(900))
        #expect(kept == [878, 882, 889, 896, 900, 903, 910, 917])
    }

    @Test("a period below a second keeps one reading a second", arguments: [0, 1, 999])
    func short(_ milliseconds: Int) {
        var sampling = Sampling(every: .milliseconds(milliseconds))
        let kept = [0, 1, 2, 10, 11].filter { sampling.keeps(Timestamp(nanoseconds: Int64($0) * 100_000_000)) }
        #expect(kept == [0, 10])
    }

    @Test("a register is kept when it changes, at most once a slot, and at each quarter")
    func changes() {
        var sampling = ChangeSampling(every: .seconds(60))
        let kept = (0..<1000).filter { sampling.keeps($0 < 100 ? 1 : 2, at: Timestamp(seconds: Int64($0))) }
        #expect(kept == [0, 100, 900])
    }
}

@Suite struct LowRegisterTests {
    private let start = Uptime.now

    @Test(
        "a register a little low, or at zero, is held until it is passed",
        arguments: [(9_900, 100), (9_800, 100), (0, 100), (9_950, 10), (0, 10)] as [(Int64, Int64)]
    )
    func low(_ value: Int64, _ step: Int64) {
        var gate = IndexGate(step: step)
        for second in 0...2 { _ = gate.judge(10_000, at: start + .seconds(second)) }
        for second in 3...40 { #expect(gate.judge(value, at: start + .seconds(second)) == .held) }
        #expect(gate.judge(10_000 + step, at: start + .seconds(41)) == .accepted)
    }

    @Test("a register that stays less than a hundredth low is believed after an hour, and no sooner")
    func lowForLong() {
        var gate = IndexGate()
        for second in 0...2 { _ = gate.judge(100_000, at: start + .seconds(second)) }
        for minute in 1...60 { #expect(gate.judge(99_500, at: start + .seconds(minute * 60)) == .held) }
        #expect(gate.judge(99_500, at: start + .seconds(61 * 60)) == .confirmed(previous: 100_000))
    }

    @Test("a young register of a coarse unit that begins anew is believed, as a plug's in kWh with decimals")
    func youngRegister() {
        var gate = IndexGate(step: 1000)
        for second in 0...2 { _ = gate.judge(1500, at: start + .seconds(second)) }
        let verdicts = (0...5).map { gate.judge(Int64($0), at: start + .seconds(10 + $0 * 10)) }
        #expect(verdicts.contains(.confirmed(previous: 1500)))
        #expect(verdicts.last == .accepted)
    }

    @Test("a register below zero is never believed")
    func negative() {
        var gate = IndexGate()
        for second in 0...9 { #expect(gate.judge(-1000, at: start + .seconds(second)) == .held) }
        #expect(gate.held == 10)
    }

    @Test("a zero that goes on counting is another meter")
    func countsOn() {
        var gate = IndexGate()
        for second in 0...2 { _ = gate.judge(100_000, at: start + .seconds(second)) }
        for second in 3...9 { #expect(gate.judge(0, at: start + .seconds(second)) == .held) }
        #expect(gate.judge(3, at: start + .seconds(10)) == .confirmed(previous: 100_000))
    }
}
