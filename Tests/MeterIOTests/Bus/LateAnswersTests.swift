import MeterCore
import Testing

@testable import MeterIO

@Suite struct LateAnswersTests {
    private func at(_ milliseconds: Int64) -> Uptime { Uptime(nanoseconds: milliseconds * 1_000_000) }
    private final class Device {}
    private let devices = [Device(), Device()]
    private var own: ObjectIdentifier { ObjectIdentifier(devices[0]) }
    private var other: ObjectIdentifier { ObjectIdentifier(devices[1]) }
    private let first: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    private let second: [UInt8] = [8, 7, 6, 5, 4, 3, 2, 1]

    @Test("a line that answers each request at once never waits")
    func good() {
        var late = LateAnswers()
        for time in stride(from: Int64(0), to: 1000, by: 100) {
            #expect(late.wait(before: .none, of: own, at: at(time)) == nil)
            late.asked(.none, of: own, until: at(time + 3000))
            late.answered(.none, of: own, at: at(time + 20), patience: .seconds(1))
        }
    }

    @Test("after a lost answer the next question waits until it can come no more, on that device's account only")
    func waits() {
        var late = LateAnswers()
        late.asked(.device(1), of: own, until: at(3000))
        late.asked(.device(1), of: own, until: at(4000))
        late.answered(.device(1), of: own, at: at(1100), patience: .seconds(1))
        #expect(late.wait(before: .device(1), of: own, at: at(1200)) == at(4000))
        #expect(late.wait(before: .device(2), of: own, at: at(1200)) == nil)
        #expect(late.wait(before: .device(1), of: own, at: at(4000)) == nil)
        late.asked(.device(1), of: own, until: at(7000))
        late.answered(.device(1), of: own, at: at(4020), patience: .seconds(1))
        #expect(late.wait(before: .device(1), of: own, at: at(4030)) == nil, "and then it is settled")
    }

    @Test("what a device says after a long silence is waited for, since all of it may come now")
    func thaw() {
        var late = LateAnswers()
        for time in [Int64(0), 10_000, 20_000] { late.asked(.none, of: own, until: at(time + 3000)) }
        #expect(late.wait(before: .none, of: own, at: at(30_000)) == nil, "nobody is there")
        late.asked(.none, of: own, until: at(33_000))
        late.answered(.none, of: own, at: at(30_010), patience: .seconds(1))
        #expect(late.wait(before: .none, of: own, at: at(30_020)) == at(33_000))
    }

    @Test("what another device of the line owes is waited for once, and not again when this one speaks")
    func deadNeighbour() {
        var late = LateAnswers()
        late.asked(.none, of: other, until: at(900))
        #expect(late.wait(before: .none, of: own, at: at(300)) == at(900))
        #expect(late.wait(before: .none, of: own, at: at(900)) == nil)
        late.asked(.none, of: own, until: at(1800))
        late.answered(.none, of: own, at: at(920), patience: .milliseconds(300))
        #expect(late.wait(before: .none, of: own, at: at(930)) == nil)
    }

    @Test("an answer that another question just had may be a copy, unless this one had it before, too")
    func copies() {
        var late = LateAnswers()
        late.asked(.none, of: own, until: at(3000))
        late.took(first, to: [1], .none, at: at(0), since: at(-3000))
        #expect(late.mayBeCopy(first, of: [2], .none, since: at(-3000)))
        #expect(!late.mayBeCopy(second, of: [2], .none, since: at(-3000)))
        #expect(!late.mayBeCopy(first, of: [1], .none, since: at(-3000)))
        #expect(late.mayBeCopy(first, of: [2], .none, since: at(1)), "the last one, however long ago")
        late.took(first, to: [2], .none, at: at(10), since: at(-2990))
        #expect(!late.mayBeCopy(first, of: [2], .none, since: at(-3000)), "they are equal")
        late.took(second, to: [3], .none, at: at(20), since: at(-2980))
        #expect(!late.mayBeCopy(first, of: [3], .none, since: at(11)), "too long ago")
    }

    @Test("an answer of a round before may come once more, too, until that is too long ago")
    func olderCopies() {
        var late = LateAnswers()
        late.took(first, to: [1], .none, at: at(0), since: at(-3000))
        late.took(second, to: [1], .none, at: at(100), since: at(-2900))
        #expect(late.mayBeCopy(first, of: [2], .none, since: at(-2800)))
        #expect(late.mayBeCopy(second, of: [2], .none, since: at(-2800)))
        late.took([9, 9], to: [1], .none, at: at(4000), since: at(1000))
        #expect(!late.mayBeCopy(first, of: [2], .none, since: at(0)), "it is forgotten")
    }

    @Test("a refusal may be a copy, too, and an acknowledgement of one byte is the same to all")
    func shortAnswers() {
        var late = LateAnswers()
        late.took([1, 0x83, 2, 0xC0, 0xF1], to: [1], .device(1), at: at(0), since: at(-3000))
        #expect(late.mayBeCopy([1, 0x83, 2, 0xC0, 0xF1], of: [2], .device(1), since: at(-3000)))
        late.took([0xE5], to: [1], .device(2), at: at(0), since: at(-3000))
        #expect(!late.mayBeCopy([0xE5], of: [2], .device(2), since: at(-3000)))
    }

    @Test("answers that carry the number of their request are never waited for")
    func numbered() {
        var late = LateAnswers()
        late.asked(.request, of: own, until: at(3000))
        #expect(late.wait(before: .request, of: own, at: at(1)) == nil)
    }
}
