import MeterProtocols
import Testing

@testable import MeterSources

@Suite struct AnswerProofTests {
    private let request = ModbusRequest.read(ModbusSpan(.holdingRegisters, at: 110, count: 2))

    @Test("a line is proven when it opens, and again when there was a doubt")
    func needed() {
        var proof = AnswerProof(settled: nil)
        #expect(proof.isNeeded(0))
        let question = proof.question(after: request)
        #expect(question != nil)
        proof.succeeded(0)
        #expect(!proof.isNeeded(0) && proof.isNeeded(1))
        #expect(!AnswerProof(settled: 4).isNeeded(4), "a search believes until something goes wrong")
    }

    @Test("each question has an answer of another form than the request's, and than that of the two before")
    func turns() {
        var proof = AnswerProof(settled: nil)
        let asked = (0..<6).map { _ in proof.question(after: request) }
        #expect(
            asked.prefix(3) == [
                .read(ModbusSpan(.holdingRegisters, at: 110, count: 1)), .identify(from: 0),
                .read(ModbusSpan(.inputRegisters, at: 110, count: 2)),
            ]
        )
        #expect(asked.suffix(3) == asked.prefix(3))
        #expect(!asked.contains(request))
    }

    @Test("a kind that is never answered is given up after two silences, and one that was answered never")
    func silences() {
        var proof = AnswerProof(settled: nil)
        let first = proof.question(after: request)
        proof.succeeded(0)
        for _ in 0..<5 {
            let isAnswered = proof.question(after: request) == first
            let isHabit = proof.silent()
            #expect(isHabit != isAnswered)
        }
        let left = (0..<3).map { _ in proof.question(after: request) }
        #expect(left == [first, first, first])
    }

    @Test("a device that says nothing to any of them is believed")
    func givenUp() {
        var proof = AnswerProof(settled: nil)
        for _ in 0..<6 {
            let question = proof.question(after: request)
            #expect(question != nil)
            let isHabit = proof.silent()
            #expect(isHabit)
        }
        let none = proof.question(after: request)
        #expect(none == nil)
        proof.giveUp(3)
        #expect(!proof.isNeeded(3))
    }
}
