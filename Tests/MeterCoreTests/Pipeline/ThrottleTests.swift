import Testing

@testable import MeterCore

@Suite struct ThrottleTests {
    private func at(_ seconds: Double) -> Uptime { Uptime(nanoseconds: Int64(seconds * 1e9)) }

    @Test("months of readings pass at once, then 2000 a second, and what floods is said once")
    func rates() {
        var throttle = Throttle(at: at(0))
        let first = (0..<100_002).map { _ in throttle.next(at: at(0)) }
        #expect(first.prefix(100_000).allSatisfy { $0 == .passes })
        #expect(first.suffix(2) == [.floods(isNews: true), .floods(isNews: false)])
        let second = (0..<3000).map { _ in throttle.next(at: at(1)) }
        #expect(second.prefix(2000).allSatisfy { $0 == .passes })
        #expect(second.suffix(1000).allSatisfy { $0 == .floods(isNews: false) })
    }

    @Test("however long a source was calm, it has no more than months of readings to spare")
    func burst() {
        var throttle = Throttle(at: at(0))
        for _ in 0..<100_000 { _ = throttle.next(at: at(0)) }
        let passed = (0..<200_000).count { _ in throttle.next(at: at(86_400)) == .passes }
        #expect(passed == 100_000)
    }
}
