import MeterProtocols
import Testing

@Suite struct AuroraTests {
    private struct Exchange: Sendable, CustomTestStringConvertible {
        let question: AuroraQuestion
        let request: String
        let answer: String
        let meaning: AuroraAnswer
        var testDescription: String { "\(question)" }
    }

    private static let exchanges = [
        Exchange(
            question: .state,
            request: "02 32 00 00 00 00 00 00 ED 69",
            answer: "00 06 02 02 02 00 69 73",
            meaning: .state(
                AuroraState(global: .running, inverter: 2, converter1: 2, converter2: 2, alarm: .none)
            )
        ),
        Exchange(
            question: .measure(.gridWatts, isGlobal: false),
            request: "02 3B 03 00 00 00 00 00 A9 24",
            answer: "00 06 44 BE 70 00 D1 C2",
            meaning: .value(1523.5)
        ),
        Exchange(
            question: .measure(.gridWatts, isGlobal: true),
            request: "02 3B 03 01 00 00 00 00 ED 2F",
            answer: "00 06 C1 48 00 00 C1 2B",
            meaning: .value(-12.5)
        ),
        Exchange(
            question: .measure(.gridVolts, isGlobal: false),
            request: "02 3B 01 00 00 00 00 00 FF 2C",
            answer: "00 06 43 6C 40 00 E5 19",
            meaning: .value(236.25)
        ),
        Exchange(
            question: .energy(.total),
            request: "02 4E 05 00 00 00 00 00 BC DD",
            answer: "00 06 00 BC 61 4E 01 34",
            meaning: .number(12_345_678)
        ),
        Exchange(
            question: .energy(.today),
            request: "02 4E 00 00 00 00 00 00 3B C9",
            answer: "00 06 00 00 20 E5 87 5F",
            meaning: .number(8421)
        ),
        Exchange(
            question: .serialNumber,
            request: "02 3F 00 00 00 00 00 00 A2 47",
            answer: "36 35 34 33 32 31 EC 28",
            meaning: .text("654321")
        ),
        Exchange(
            question: .partNumber,
            request: "02 34 00 00 00 00 00 00 20 31",
            answer: "2D 33 49 33 33 2D 1E 6E",
            meaning: .text("-3I33-")
        ),
        Exchange(
            question: .time,
            request: "02 46 00 00 00 00 00 00 D7 17",
            answer: "00 06 30 07 AD C0 6B D5",
            meaning: .number(805_809_600)
        ),
        Exchange(
            question: .version,
            request: "02 3A 00 00 00 00 00 00 01 B7",
            answer: "33 06 00 00 00 00 BA 07",
            meaning: .refused(.notImplemented)
        ),
    ]

    @Test("requests and answers are those of the protocol's description", arguments: exchanges)
    private func worked(_ exchange: Exchange) throws {
        #expect(exchange.question.request(to: 2) == bytes(exchange.request))
        let read = AuroraQuestion.read(bytes(exchange.request)[...])
        #expect(read?.question == exchange.question && read?.address == 2)
        #expect(AuroraAnswer.judge(bytes(exchange.answer)[...]) == .complete)
        #expect(try AuroraAnswer.decode(bytes(exchange.answer)[...], to: exchange.question) == exchange.meaning)
    }

    @Test("no flipped bit of an answer goes unnoticed", arguments: exchanges)
    private func flips(_ exchange: Exchange) {
        for bit in 0..<64 {
            var damaged = bytes(exchange.answer)
            damaged[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: AuroraError.damaged) { try AuroraAnswer.decode(damaged[...], to: exchange.question) }
            #expect(AuroraAnswer.judge(damaged[...]) == .incomplete)
        }
    }

    @Test("an answer is found after noise, and two at once are none")
    func judgement() {
        let answer = bytes("00 06 44 BE 70 00 D1 C2")
        for count in 0..<8 { #expect(AuroraAnswer.judge(answer[..<count]) == .incomplete) }
        #expect(AuroraAnswer.judge(([0xFF, 0, 0x3B] + answer)[...]) == .noise(3))
        #expect(AuroraAnswer.judge((answer + answer)[...]) == .complete)
        #expect(AuroraAnswer.judge((answer + [0])[...]) == .complete)
        #expect(AuroraAnswer.judge([UInt8](repeating: 0x55, count: 24)[...]) != .incomplete)
    }

    @Test("what an inverter cannot mean is refused")
    func impossible() {
        func sealed(_ body: [UInt8]) -> [UInt8] {
            // The checksum as other programs write it, bit by bit.
            var register: UInt32 = 0xFFFF
            for byte in body {
                for bit in 0..<8 {
                    let feedback = (register ^ UInt32(byte) >> bit) & 1
                    register = register >> 1 ^ feedback * 0x8408
                }
            }
            let value = register ^ 0xFFFF
            return body + [UInt8(value & 0xFF), UInt8(value >> 8)]
        }
        let volts = AuroraQuestion.measure(.gridVolts, isGlobal: false)
        for pattern in [Float.nan, .infinity, 1e9, -100].map(\.bitPattern) {
            let body = [0, 6] + (0..<4).map { UInt8(truncatingIfNeeded: pattern >> (24 - 8 * $0)) }
            #expect(throws: AuroraError.self) { try AuroraAnswer.decode(sealed(body)[...], to: volts) }
        }
        #expect(throws: AuroraError.unknownTransmissionState(7)) {
            try AuroraAnswer.decode(sealed([7, 6, 0, 0, 0, 0])[...], to: volts)
        }
        #expect(throws: AuroraError.noText) {
            try AuroraAnswer.decode(sealed([0, 6, 0x44, 0xBE, 0x70, 0])[...], to: .serialNumber)
        }
    }

    @Test("a model, an alarm and a date are put into words")
    func words() {
        #expect("\(AuroraModel(letters: "1ENN"))" == "3.0 kW, grid rule VDE 0126, transformerless")
        #expect(AuroraModel(letters: "1ENN").nominalWatts == 3000)
        #expect("\(AuroraModel(letters: "yFTW"))" == "Aurora, model letter y, grid rule France, with transformer, wind")
        #expect(AuroraModel(letters: "").nominalWatts == nil)
        #expect("\(AuroraClock(secondsSince2000: 805_809_600))" == "2025-07-14 12:00:00")
        #expect("\(AuroraClock(secondsSince2000: 0))" == "2000-01-01 00:00:00")
        #expect("\(AuroraClock(secondsSince2000: 5_097_600))" == "2000-02-29 00:00:00")
        #expect("\(AuroraAlarm(rawValue: 13)) \(AuroraAlarm(rawValue: 200))" == "grid failed (W003) alarm 200")
    }

    @Test("any bytes are survived, whole and in pieces")
    func fuzz() {
        var random = Random(state: 11)
        let questions: [AuroraQuestion] = Self.exchanges.map(\.question) + [.lastAlarms, .firmware, .manufacturingDate]
        var decoded = 0
        for round in 0..<200_000 {
            var message = bytes(Self.exchanges[round % Self.exchanges.count].answer)
            switch random.next() % 4 {
            case 0: message = (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            case 1: message[Int(random.next() % 8)] = UInt8(truncatingIfNeeded: random.next())
            case 2: message = [UInt8(truncatingIfNeeded: random.next())] + message
            default: break
            }
            let question = questions[Int(random.next() % UInt64(questions.count))]
            if case .noise(let count) = AuroraAnswer.judge(message[...]) {
                #expect(count > 0 && count + AuroraAnswer.length <= message.count)
                message.removeFirst(count)
            }
            if let _ = try? AuroraAnswer.decode(message.prefix(8), to: question) { decoded += 1 }
            _ = AuroraQuestion.read(message[...])
        }
        #expect(decoded > 10_000, "mutations of good answers are still seen to be answers")
    }

    @Test("what an inverter has not is not asked for again, what it has not now is", arguments: AuroraRefusal.allCases)
    func refusals(_ refusal: AuroraRefusal) {
        #expect(refusal.isForGood == [.notImplemented, .noSuchVariable].contains(refusal))
    }
}
