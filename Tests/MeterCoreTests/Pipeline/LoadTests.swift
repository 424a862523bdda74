import Testing

@testable import MeterCore

@Suite struct LoadTests {
    private func batch(_ policy: String, _ numbers: Range<Int>) -> Batch {
        let text = numbers.map { "m f=\($0)i \($0)\n" }.joined()
        return Batch(
            database: "d",
            policy: RetentionPolicy(policy),
            precision: .seconds,
            lines: [UInt8](text.utf8),
            points: numbers.count
        )
    }

    private func lines(_ batch: Batch) -> [String] {
        String(decoding: batch.lines, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("batches for one destination go as one, in order, and are done together")
    func parts() {
        var load = Outbox.Load([(1, batch("raw", 0..<2)), (2, batch("m15", 2..<3)), (3, batch("raw", 3..<5))])
        #expect(load.numbers == [1, 2, 3])
        #expect(load.next.map(lines) == ["m f=0i 0", "m f=1i 1", "m f=3i 3", "m f=4i 4"])
        let first = load.note(.accepted)
        #expect(first == .accepted && load.done == [1, 3] && load.numbers == [2])
        let second = load.note(.accepted)
        #expect(second == .accepted && load.done == [1, 2, 3] && load.next == nil)
    }

    @Test("a line that is refused alone is done with; one that is too large alone, too")
    func refused() {
        for delivery in [Delivery.rejected(reason: "unable to parse"), .split] {
            var load = Outbox.Load([(7, batch("raw", 0..<2))])
            let divided = load.note(delivery)
            #expect(divided == .divided && load.next?.points == 1 && load.done.isEmpty)
            let refused = load.note(delivery)
            guard case .refused(let reason) = refused else {
                Issue.record("\(refused)")
                continue
            }
            #expect(reason == "unable to parse" || reason.contains("too large"))
            let rest = load.note(.accepted)
            #expect(rest == .accepted && load.done == [7])
        }
    }

    @Test("the server's words divide a batch into what it refuses and the rest, so that three requests are enough")
    func divided() {
        func parts(_ text: String, _ refusal: Refusal) -> [[String]] {
            let batch = Batch(
                database: "d",
                policy: .default,
                precision: .seconds,
                lines: [UInt8](text.utf8),
                points: text.split(separator: "\n").count
            )
            guard let (first, second) = batch.parts(by: refusal) else { return [] }
            #expect(first.points == lines(first).count && second.points == lines(second).count)
            return [lines(first), lines(second)]
        }
        let mixed = "m f=1i 1\nm f=1 2\nk f=1i 3\nm g=2,f=5i 4\nm g=2i 5\n"
        let field = Refusal.field("f", of: "m", type: "integer")
        #expect(parts(mixed, field) == [["m f=1i 1", "m g=2,f=5i 4"], ["m f=1 2", "k f=1i 3", "m g=2i 5"]])
        let names = "m\\ y f\\ x=t 1\nm f=1 2\n"
        #expect(parts(names, .field("f x", of: "m y", type: "boolean")) == [["m\\ y f\\ x=t 1"], ["m f=1 2"]])
        #expect(parts("m f= 1\nm f=1 2\nm f= 1\n", .texts(["m f= 1"])) == [["m f= 1", "m f= 1"], ["m f=1 2"]])
        let times = "m f=1 9\nm f=2 1\nm f=3 9\nm f=4 2\n"
        #expect(parts(times, .old) == [["m f=2 1", "m f=4 2"], ["m f=1 9", "m f=3 9"]])
        // Words that fit no line, or all of them, help nobody.
        #expect(parts("m f=1 1\nm f=1 2\n", field) == [["m f=1 1"], ["m f=1 2"]])
        #expect(parts("m f=1i 1\nm f=1i 2\n", field) == [["m f=1i 1"], ["m f=1i 2"]])
        #expect(parts("m f=1i 1\n", field).isEmpty)
    }

    @Test("a piece that is refused as a whole is asked about once")
    func whole() {
        var load = Outbox.Load([(7, batch("raw", 0..<50)), (8, batch("m15", 0..<1))])
        let refused = load.note(.rejected(reason: "all", .all))
        #expect(refused == .refused(reason: "all") && load.done == [7] && load.next?.points == 1)
    }

    @Test("after a pause what is left of a part goes as one piece, without what is done")
    func postponed() {
        var load = Outbox.Load([(1, batch("raw", 0..<8)), (2, batch("m15", 8..<9))])
        _ = load.note(.split)
        _ = load.note(.split)
        _ = load.note(.accepted)
        let outcome = load.note(.postponed(reason: "away", retryAfter: .seconds(3)))
        #expect(outcome == .postponed(reason: "away", retryAfter: .seconds(3)))
        #expect(load.next.map(lines) == (2..<8).map { "m f=\($0)i \($0)" })
        #expect(load.done.isEmpty && load.numbers == [1, 2])
    }

    @Test("a part whose policy is missing is not done, and the others go on")
    func misaddressed() {
        var load = Outbox.Load([(1, batch("m15", 0..<2)), (2, batch("raw", 2..<4))])
        let outcome = load.note(.misaddressed(reason: "no such policy"))
        #expect(outcome == .misaddressed(reason: "no such policy"))
        #expect(load.done.isEmpty && load.numbers == [2] && load.next?.policy == RetentionPolicy("raw"))
        _ = load.note(.accepted)
        #expect(load.done == [2] && load.next == nil)
    }

    @Test("whatever the server says, each line is taken or refused in the end, and none is refused twice")
    func anyAnswers() {
        for seed in 0..<500 {
            var random = SplitMix(seed: UInt64(seed))
            let bad = Set(
                (0..<40).filter { _ in Int.random(in: 0..<8, using: &random) == 0 }.map { "m f=\($0)i \($0)" }
            )
            var load = Outbox.Load((0..<8).map { ($0, batch($0 % 3 == 0 ? "m15" : "raw", $0 * 5..<$0 * 5 + 5)) })
            var taken: Set<String> = []
            var refused: [String] = []
            while let piece = load.next {
                let hasBad = !bad.isDisjoint(with: lines(piece))
                let answer: Delivery =
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: .postponed(reason: "away", retryAfter: nil)
                    case 1 where piece.points > 1: .split
                    default: hasBad ? .rejected(reason: "bad") : .accepted
                    }
                switch load.note(answer) {
                case .accepted: taken.formUnion(lines(piece))
                case .refused: refused += lines(piece)
                default: break
                }
            }
            #expect(load.done == Set(0..<8) && Set(refused) == bad && refused.count == bad.count, "seed \(seed)")
            #expect(taken == Set((0..<40).map { "m f=\($0)i \($0)" }).subtracting(bad), "seed \(seed)")
        }
    }
}
