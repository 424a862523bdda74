import MeterCore
import Testing

@Suite struct AllowanceTests {
    @Test("so many pass at once, then so many a second, and a rest gives back no more than passes at once")
    func bucket() {
        func at(_ seconds: Double) -> Uptime { Uptime(nanoseconds: Int64(seconds * 1e9)) }
        var allowance = Allowance(perSecond: 2, most: 5, at: at(0))
        func passed(_ seconds: Double) -> Int { (0..<20).count { _ in allowance.take(at: at(seconds)) } }
        #expect(passed(0) == 5)
        #expect(passed(0.25) == 0)
        #expect(passed(1) == 2)
        #expect(passed(1000) == 5)
    }
}
