import MeterProtocols
import Testing

@Suite struct PulseCounterTests {
    private static let second: UInt64 = 1_000_000_000

    /// A counter of 1 Wh a pulse that pulses come to, each 50 ms long, at these seconds.
    private func counter(_ seconds: [Double], edge: PulseCounter.Edge = .closing) -> PulseCounter {
        var rules = PulseCounter.Rules()
        rules.wattHours = 1
        rules.edge = edge
        var counter = PulseCounter(rules, isActive: false, at: 0)
        for time in seconds.map({ UInt64($0 * 1e9) }) {
            counter.push(PulseEdge(at: time, isActive: true))
            counter.push(PulseEdge(at: time + 50_000_000, isActive: false))
            counter.advance(to: time + 80_000_000)
        }
        return counter
    }

    @Test(
        "each edge that is chosen counts",
        arguments: [(.closing, 3), (.opening, 3), (.both, 6)] as [(PulseCounter.Edge, UInt64)]
    )
    func edges(_ edge: PulseCounter.Edge, _ count: UInt64) {
        #expect(counter([1, 2, 3], edge: edge).count == count)
    }

    @Test("the power is that of the time between two pulses", arguments: [(3.6, 1000.0), (0.6, 6000), (36, 100)])
    func power(_ interval: Double, _ watts: Double) throws {
        var counter = counter([10, 10 + interval])
        let found = counter.watts(at: UInt64((10 + interval) * 1e9))
        #expect(abs(try #require(found) - watts) < 1e-6 * watts)
    }

    @Test("several pulses since the last look give their mean power, to the last pulse and not to the look")
    func mean() {
        var counter = counter([0, 1, 2, 4.5])
        #expect(counter.watts(at: 5 * Self.second) == 3 * 3600 / 4.5)
        #expect(counter.watts(at: 6 * Self.second) == 3 * 3600 / 4.5)
        #expect(counter.count == 4)
    }

    @Test("without a pulse the power decays, and is 0 below the floor")
    func decay() {
        var counter = counter([0, 3.6])
        let last = 3.6
        func watts(after seconds: Double) -> Double? { counter.watts(at: UInt64((last + seconds) * 1e9)) }
        #expect(watts(after: 3.5) == 1000)
        #expect(watts(after: 7.2) == 500)
        #expect(watts(after: 36) == 100)
        #expect(watts(after: 359).map { $0 > 10 } == true)
        #expect(watts(after: 361) == 0)
    }

    @Test("before two pulses have come the power is unknown, until it must be 0")
    func unknown() {
        var none = counter([])
        #expect(none.watts(at: 300 * Self.second) == nil)
        #expect(none.watts(at: 361 * Self.second) == 0)
        var one = counter([100])
        #expect(one.watts(at: 101 * Self.second) == nil)
        #expect(one.watts(at: 461 * Self.second) == 0)
    }

    @Test("the first pulse after a night does not show the mean of the night as a power")
    func morning() {
        var counter = counter([0, 3.6, 40_000])
        #expect(counter.watts(at: 40_001 * Self.second) == 0, "two intervals, 0.18 W")
    }

    @Test("a register shows what the display shows, to the pulse, after a thousand million of them")
    func register() {
        var register = PulseRegister(initial: 12_345.678)
        register.count = 1_000_000_001
        #expect(register.value(pulsesPerUnit: 1000) == 12_345.678 + 1_000_000.001)
        register.align(to: 5)
        #expect(register.value(pulsesPerUnit: 1000) == 5)
        register.count += 3
        #expect(register.value(pulsesPerUnit: 10) == 5.3)
        #expect(register.value(pulsesPerUnit: 0.1) == 35)
    }

    @Test(
        "a pulse is dated at the edge that counts",
        arguments: [(.closing, [1_000_000_000]), (.opening, [1_050_000_000]), (.both, [1_000_000_000, 1_050_000_000])]
            as [(PulseCounter.Edge, [UInt64])]
    )
    func dates(_ edge: PulseCounter.Edge, _ times: [UInt64]) {
        var rules = PulseCounter.Rules()
        rules.edge = edge
        var counter = PulseCounter(rules, isActive: false, at: 0)
        let found = [
            counter.push(PulseEdge(at: Self.second, isActive: true)),
            counter.push(PulseEdge(at: Self.second + 50_000_000, isActive: false)),
            counter.advance(to: 2 * Self.second),
        ]
        #expect(found.compactMap(\.self) == times)
    }
}
