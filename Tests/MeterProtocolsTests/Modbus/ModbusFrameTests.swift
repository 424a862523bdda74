import MeterProtocols
import Testing

/// Frames worked out by hand or recorded elsewhere, byte for byte.
struct ModbusFrameTests {
    struct Exchange: Sendable, CustomTestStringConvertible {
        var name: String
        var request: ModbusRequest
        var unit: UInt8 = 1
        var sent: String
        var answer: String
        var words: String
        var testDescription: String { name }
    }

    private static func read(_ table: ModbusTable, _ address: Int, _ count: Int) -> ModbusRequest {
        .read(ModbusSpan(table, at: address, count: count))
    }

    static let exchanges = [
        Exchange(
            name: "import and export of an SDM meter",
            request: read(.inputRegisters, 0x48, 4),
            sent: "01 04 00 48 00 04 71 DF",
            answer: "01 04 08 44 9A 50 00 42 86 80 00 83 C6",
            words: "449A 5000 4286 8000"
        ),
        Exchange(
            name: "voltage of an SDM meter",
            request: read(.inputRegisters, 0, 2),
            sent: "01 04 00 00 00 02 71 CB",
            answer: "01 04 04 43 67 80 00 3E 1F",
            words: "4367 8000"
        ),
        Exchange(
            name: "import of an EM24",
            request: read(.inputRegisters, 0x42, 2),
            sent: "01 04 00 42 00 02 D1 DF",
            answer: "01 04 04 E2 40 00 01 0D E8",
            words: "E240 0001"
        ),
        Exchange(
            name: "import of a B24",
            request: read(.holdingRegisters, 0x5000, 4),
            sent: "01 03 50 00 00 04 55 09",
            answer: "01 03 08 00 00 00 00 00 12 D6 87 2B D0",
            words: "0000 0000 0012 D687"
        ),
        Exchange(
            name: "maker of a Socomec meter",
            request: read(.holdingRegisters, 0xC350, 4),
            unit: 5,
            sent: "05 03 C3 50 00 04 79 D8",
            answer: "05 03 08 00 53 00 4F 00 43 00 4F 06 0C",
            words: "0053 004F 0043 004F"
        ),
        Exchange(
            name: "SunSpec's marker",
            request: read(.holdingRegisters, 40_000, 4),
            sent: "01 03 9C 40 00 04 6B 8D",
            answer: "01 03 08 53 75 6E 53 00 01 00 42 A9 4A",
            words: "5375 6E53 0001 0042"
        ),
    ]

    @Test("the checksum of 123456789 is 4B37")
    func checksum() {
        #expect(RTUFrame.checksum("123456789".utf8) == 0x4B37)
    }

    @Test("requests are made and answers taken byte for byte", arguments: exchanges)
    func exchange(_ exchange: Exchange) throws {
        #expect(RTUFrame.bytes(exchange.request, to: exchange.unit) == hex(exchange.sent))
        let answer = hex(exchange.answer)
        let range = RTUFrame.answer(to: exchange.request, from: exchange.unit, in: answer)
        #expect(range == 0..<answer.count)
        let message = Array(answer.dropFirst().dropLast(2))
        #expect(try exchange.request.answer(message) == .registers(words(exchange.words)))
    }

    @Test("an answer is found behind an echo, noise and another unit's answer, cut anywhere", arguments: exchanges)
    func noise(_ exchange: Exchange) {
        let other = hex("02 04 02 00 07 BC F2")
        let before = hex(exchange.sent) + other + [0xFF, exchange.unit, 0x03, 0x00]
        let all = before + hex(exchange.answer)
        for cut in 0..<all.count {
            #expect(RTUFrame.answer(to: exchange.request, from: exchange.unit, in: Array(all[..<cut])) == nil)
        }
        let range = RTUFrame.answer(to: exchange.request, from: exchange.unit, in: all + [0x55])
        #expect(range == before.count..<all.count)
    }

    @Test("an answer with any bit wrong is none", arguments: exchanges)
    func wrongBit(_ exchange: Exchange) {
        let answer = hex(exchange.answer)
        for bit in 0..<(answer.count * 8) {
            var wrong = answer
            wrong[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(RTUFrame.answer(to: exchange.request, from: exchange.unit, in: wrong) == nil)
        }
    }

    @Test("a refusal is told from an answer, and said in words")
    func refusal() {
        let request = Self.read(.inputRegisters, 0, 2)
        let answer = hex("01 84 02 C2 C1")
        #expect(RTUFrame.answer(to: request, from: 1, in: answer) == 0..<5)
        #expect(throws: ModbusError.refused(ModbusException(code: 2))) { try request.answer([0x84, 2]) }
        for code in UInt8(1)...11 where code != 9 {
            #expect(!ModbusException(code: code).description.contains("none that Modbus defines"))
        }
        #expect((1...11).filter { ModbusException(code: $0).isPermanent } == [1, 2, 3])
    }

    @Test("an answer that does not fit the request is refused")
    func wrongLength() {
        let request = Self.read(.inputRegisters, 0, 2)
        for wrong in ["04 02 00 01", "04 04 00 01", "03 04 00 01 00 02", "04 04 00 01 00 02 00", "", "84"] {
            #expect(throws: ModbusError.self, "\(wrong)") { try request.answer(hex(wrong)) }
        }
    }

    @Test("bits come lowest first")
    func bits() throws {
        let request = Self.read(.discreteInputs, 10, 10)
        #expect(request.bytes == hex("02 00 0A 00 0A"))
        let answer = try request.answer(hex("02 02 CD 01"))
        #expect(answer.words == [1, 0, 1, 1, 0, 0, 1, 1, 1, 0])
    }

    @Test("a device's name is read, however long it is on the way")
    func identification() throws {
        let request = ModbusRequest.identify(from: 0)
        #expect(request.bytes == hex("2B 0E 01 00"))
        let answer = hex("2B 0E 01 01 FF 02 02 00 03 41 42 42 01 03 42 32 33")
        guard case .identification(let found) = try request.answer(answer) else {
            Issue.record("no identification")
            return
        }
        #expect(found.objects == [0: "ABB", 1: "B23"] && found.next == 2 && found.summary == "ABB B23")
        #expect(throws: ModbusError.self) {
            try request.answer(hex("2B 0E 01 01 00 00 02 00 03 41 42 42 01 03 42 32"))
        }
    }

    @Test("there is no function that writes")
    func readsOnly() {
        #expect(ModbusTable.allCases.map(\.rawValue) == [1, 2, 3, 4])
        #expect(ModbusRequest.identify(from: 0).function == 0x2B)
    }

    @Test("3.5 characters of silence, a fixed time at high speeds")
    func silence() {
        #expect(RTUFrame.silence(baud: 9600) == .microseconds(4010))
        #expect(RTUFrame.silence(baud: 2400) == .microseconds(16_041))
        #expect(RTUFrame.silence(baud: 115_200) == .microseconds(1750))
    }
}
