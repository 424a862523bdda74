import Testing

@testable import MeterCore

@Suite struct BatchTests {
    private func batch(_ count: Int, policy: String = "raw") -> Batch {
        let lines = (0..<count).map { "m f=\($0)i \(1_800_000_000 + $0)\n" }.joined()
        return Batch(
            database: "d",
            policy: RetentionPolicy(policy),
            precision: .seconds,
            lines: [UInt8](lines.utf8),
            points: count
        )
    }

    @Test("two halves have all lines of the whole, each as many as it says", arguments: [2, 3, 4, 7, 100])
    func halves(_ count: Int) throws {
        let whole = batch(count)
        let (first, second) = try #require(whole.halves)
        #expect(first.lines + second.lines == whole.lines)
        for half in [first, second] {
            #expect(half.points > 0 && half.points == half.lines.count { $0 == UInt8(ascii: "\n") })
        }
        #expect(first.followed(by: second) == whole)
    }

    @Test("a single line has no halves")
    func single() { #expect(batch(1).halves == nil) }

    @Test("a batch knows when its first and its last line are from")
    func times() {
        #expect(batch(3).firstTime == Timestamp(seconds: 1_800_000_000))
        #expect(batch(3).lastTime == Timestamp(seconds: 1_800_000_002))
    }
}
