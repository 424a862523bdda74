import Testing

@testable import MeterIO

/// A protocol for tests: an answer is `#`, the device's letter, a digit and `.`; another letter's answer is not ours.
func lettered(_ letter: Character) -> @Sendable ([UInt8]) -> AnswerState {
    { bytes in
        guard bytes[0] == UInt8(ascii: "#") else { return .skip(1) }
        guard bytes.count >= 4 else { return .incomplete }
        guard bytes[3] == UInt8(ascii: ".") else { return .wrong("no full stop") }
        return bytes[1] == letter.asciiValue ? .complete(4) : .skip(4)
    }
}

@Suite struct BusTalkTests {
    private struct Case: Sendable, CustomTestStringConvertible {
        let came: String
        let answer: String?
        let skipped: Int
        var testDescription: String { came }
    }

    private static let cases = [
        Case(came: "#A1.", answer: "#A1.", skipped: 0),
        Case(came: "?A1!#A1.", answer: "#A1.", skipped: 0),
        Case(came: "x?A1!#A1.", answer: "#A1.", skipped: 1),
        Case(came: "?A1!xx#B7.#A2.", answer: "#A2.", skipped: 6),
        Case(came: "#B7.", answer: nil, skipped: 4),
        Case(came: "?A1!", answer: nil, skipped: 0),
    ]

    @Test("echo, noise and other devices' answers are passed over, wherever reads split them", arguments: cases)
    private func splits(_ example: Case) {
        let bytes = [UInt8](example.came.utf8)
        for split in 0...bytes.count {
            var talk = BusTalk([UInt8]("?A1!".utf8))
            var verdict = talk.take(bytes[..<split], lettered("A"))
            if verdict == .incomplete { verdict = talk.take(bytes[split...], lettered("A")) }
            if let answer = example.answer {
                #expect(verdict == .answer([UInt8](answer.utf8)), "split at \(split)")
            } else {
                #expect(verdict == .incomplete, "split at \(split)")
            }
            // A split in the middle of noise before the echo leaves the noise to the protocol.
            #expect(talk.skipped <= example.skipped + (example.came.hasPrefix("x") ? 1 : 0), "split at \(split)")
        }
    }

    @Test("what is missing is said in words")
    func shortfalls() {
        var talk = BusTalk([1, 2])
        _ = talk.take([1, 2], lettered("A"))
        #expect(talk.shortfall == nil && talk.hasEcho)
        _ = talk.take([UInt8]("#B1.".utf8), lettered("A"))
        #expect(talk.shortfall == "only 4 bytes came that belong to something else")
        _ = talk.take([UInt8]("#A".utf8), lettered("A"))
        #expect(talk.shortfall == "no whole answer came")
    }

    @Test("a protocol that claims more bytes than there are is not believed")
    func overclaims() {
        var talk = BusTalk([9])
        #expect(talk.take([1, 2], { _ in .complete(3) }) == .incomplete)
        #expect(talk.take([1, 2], { _ in .complete(0) }) == .incomplete)
        #expect(talk.take([1, 2], { _ in .skip(-5) }) == .incomplete)
        #expect(talk.came.isEmpty && talk.skipped == 6)
    }

    @Test("two answers that differ are none, and the same twice is one")
    func two() {
        var talk = BusTalk([UInt8]("?A1!".utf8))
        #expect(talk.take([UInt8]("#A1.#A2.".utf8), lettered("A")) == .wrong("two answers came"))
        var other = BusTalk([UInt8]("?A1!".utf8))
        #expect(other.take([UInt8]("#A1.#A1.x".utf8), lettered("A")) == .answer([UInt8]("#A1.".utf8)))
    }
}
