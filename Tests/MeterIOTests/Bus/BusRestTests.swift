import MeterCore
import MeterIO
import Testing

@Suite struct BusRestTests {
    /// Asks a device that never answers, as soon as it may be asked, for so long.
    ///
    /// - Returns: when it was asked, in seconds.
    private func attempts(for span: Duration, costing cost: Duration, longest: Duration) -> [Int64] {
        var rest = BusRest(longest: longest)
        var now = Uptime(nanoseconds: 0)
        let end = now + span
        var times: [Int64] = []
        while now < end {
            if let left = rest.left(at: now) {
                now = now + left
            } else {
                times.append(now.nanoseconds / 1_000_000_000)
                now = now + cost
                rest.failed(costing: cost, at: now)
            }
        }
        return times
    }

    @Test("a dead device is asked ever more rarely, and never takes a tenth of the bus for long")
    func rarer() {
        let times = attempts(for: .seconds(3600), costing: .seconds(1), longest: .seconds(45))
        #expect(Array(times.prefix(6)) == [0, 1, 3, 7, 15, 31])
        #expect(times.count == 7 + (3600 - 63) / 46)
        let slow = attempts(for: .seconds(3600), costing: .seconds(10), longest: .seconds(45))
        #expect(slow.count <= 3600 / 100 + 4, "a time-out of 10 s may be waited out once in 100 s")
    }

    @Test("a night costs one request in 46 s, and the morning is seen within a minute")
    func night() {
        let times = attempts(for: .seconds(12 * 3600), costing: .seconds(1), longest: .seconds(45))
        #expect(times.count < 12 * 3600 / 46 + 8)
        let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
        #expect(gaps.allSatisfy { $0 <= 60 })
    }

    @Test("one failure has no consequence, an answer ends all rest")
    func recovers() {
        var rest = BusRest()
        let now = Uptime(nanoseconds: 0)
        rest.failed(costing: .seconds(1), at: now)
        #expect(rest.left(at: now) == nil)
        rest.failed(costing: .seconds(1), at: now)
        #expect(rest.left(at: now) == .seconds(1))
        rest.answered()
        #expect(rest.left(at: now) == nil && rest.failures == 0)
    }
}
