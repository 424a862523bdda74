import MeterCore
import Testing

@Suite struct BackoffTests {
    @Test("pauses double up to the longest, and stay there however often it fails")
    func bounded() {
        var backoff = Backoff(first: .seconds(1), longest: .seconds(100))
        for nominal in [1, 2, 4, 8, 16, 32, 64] + [Int](repeating: 100, count: 200) {
            let pause = backoff.next()
            #expect(pause <= .seconds(nominal))
            #expect(pause >= .milliseconds(nominal * 500))
        }
    }

    @Test("after a success the pauses begin anew")
    func begins() {
        var backoff = Backoff(first: .seconds(1), longest: .seconds(100))
        for _ in 0..<10 { _ = backoff.next() }
        backoff.reset()
        #expect(backoff.next() <= .seconds(1))
    }

    @Test("several boxes that lost their server in one second do not come back in one")
    func jitter() {
        let pauses = (0..<20).map { _ in
            var backoff = Backoff(first: .seconds(60))
            return backoff.next()
        }
        #expect(Set(pauses).count > 10)
    }
}
