import MeterProtocols
import Testing

struct TCPFrameTests {
    private let request = ModbusRequest.read(ModbusSpan(.holdingRegisters, at: 40_000, count: 4))
    private let answer = hex("00 01 00 00 00 0B 01 03 08 53 75 6E 53 00 01 00 42")

    @Test("a request over TCP is made byte for byte")
    func sent() {
        let sent = TCPFrame.bytes(request, to: 1, transaction: 1)
        #expect(sent == hex("00 01 00 00 00 06 01 03 9C 40 00 04"))
    }

    @Test("the length of an answer is known from its header on")
    func length() {
        for cut in 0..<answer.count {
            #expect(TCPFrame.length(Array(answer[..<cut])) == (cut < 7 ? 0 : answer.count))
        }
        #expect(TCPFrame.length(answer + answer) == answer.count)
    }

    @Test("answers to other transactions and of other units are told apart")
    func stale() {
        #expect(TCPFrame.isAnswer(answer, transaction: 1, unit: 1))
        #expect(!TCPFrame.isAnswer(answer, transaction: 0, unit: 1))
        #expect(!TCPFrame.isAnswer(answer, transaction: 257, unit: 1))
        #expect(!TCPFrame.isAnswer(answer, transaction: 1, unit: 2))
        #expect(!TCPFrame.isAnswer([0, 1], transaction: 1, unit: 1))
    }

    @Test(
        "what is no header is no frame",
        arguments: [
            "00 01 00 01 00 0B 01", "48 54 54 50 2F 31 2E", "00 01 00 00 00 02 01", "00 01 00 00 01 00 01",
        ]
    )
    func lost(_ text: String) {
        #expect(TCPFrame.length(hex(text)) == nil)
    }
}
