import MeterProtocols
import Testing

/// The bytes of a text such as `00000000 1C 2F`.
private func packed(_ text: String) -> [UInt8] {
    let digits = text.filter { $0 != " " }.map { UInt8($0.hexDigitValue ?? 0) }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

@Suite struct OneWireTests {
    private let answer =
        packed("00000000 0000000C 0000000C 0000010E 0000000C 00000000") + [UInt8]("          29".utf8)

    @Test("questions are those that owserver 3.2 understands")
    func questions() {
        let directory = "00000000 00000002 00000007 0000010E 00002000 00000000 2F00"
        #expect(OwserverQuestion.directory("/").request == packed(directory))
        let read = OwserverQuestion.read("/1D.00001DE20000/counters.A").request
        #expect(read.prefix(24) == packed("00000000 0000001C 00000002 0000010E 00002000 00000000")[...])
        #expect(read.suffix(28) == [UInt8]("/1D.00001DE20000/counters.A".utf8)[...] + [0])
    }

    @Test("an answer is read after signs of life, wherever it is split")
    func answers() {
        let pause = packed("00000000 FFFFFFFF 00000000 00000000 00000000 00000000")
        #expect(OwserverAnswer.judge((pause + answer)[...]) == .pause(24))
        for count in 0..<answer.count { #expect(OwserverAnswer.judge(answer[..<count]) == .incomplete) }
        #expect(OwserverAnswer.judge(answer[...]) == .complete(36))
        #expect(OwserverAnswer(answer[...]) == .text("          29"))
        #expect(OneWireValue.count("          29") == 29)
        let refusal = packed("00000000 00000000 FFFFFFFE 0000010E 00000000 00000000")
        #expect(OwserverAnswer(refusal[...]) == .failed(-2))
        let web = [UInt8]("HTTP/1.1 400 Bad Request\r\n".utf8)
        #expect(OwserverAnswer.judge(web[...]) == .wrong("this is not how owserver answers; is it another program?"))
    }

    @Test("chips are told from what else is in a directory")
    func chips() {
        let directory = "/1D.00001DE20000,/28.000028D70100,/05.4AEC29CDBAAB,/bus.0,/uncached,/settings"
        #expect(OneWireDevice.list(directory).map(\.description) == ["1D.00001DE20000", "28.000028D70100"])
        for text in ["", "1D", "1D.", "1D.00001DE2000", "1D.00001DE2000G", "05.4AEC29CDBAAB", "1D.00001DE20000.x"] {
            #expect(OneWireDevice(text) == nil)
        }
        #expect(OneWireDevice("1d.aabbccddeeff")?.description == "1D.AABBCCDDEEFF")
        #expect(OneWireValue.celsius("       21.25") == 21.25 && OneWireValue.celsius("          85") == nil)
        #expect(OneWireValue.celsius("-127") == nil && OneWireValue.celsius("") == nil)
        #expect(OneWireValue.count("-1") == nil && OneWireValue.count("29,30") == nil)
    }

    private struct Course: Sendable, CustomTestStringConvertible {
        let readings: [UInt32]
        let total: UInt64
        let testDescription: String
    }

    private static let courses = [
        Course(readings: [29, 30, 45], total: 45, testDescription: "counts on"),
        Course(readings: [.max - 1, .max, 3], total: 4_294_967_299, testDescription: "goes over its end"),
        Course(readings: [500_000_000, 2, 5, 9], total: 500_000_009, testDescription: "empty battery"),
        Course(readings: [1000, 7, 1003], total: 1003, testDescription: "one wrong reading"),
        Course(readings: [1000, 9_000_000, 9_000_001], total: 9_000_001, testDescription: "a jump that is true"),
        Course(readings: [1000, 9_000_000, 1001], total: 1001, testDescription: "a jump that is not"),
    ]

    @Test("a total goes on where the chip's counter does not", arguments: courses)
    private func totals(_ course: Course) {
        var counter = ChipCounter()
        for reading in course.readings { _ = counter.take(reading) }
        #expect(counter.total == course.total)
    }

    @Test("a total goes on with another chip, and what it had counted elsewhere is not ours")
    func replaced() {
        var counter = ChipCounter(total: 5000, last: nil)
        #expect(counter.take(123_456) == .counted && counter.total == 5000)
        #expect(counter.take(123_460) == .counted && counter.total == 5004)
        var restarted = ChipCounter(total: 5000, last: 4000)
        #expect(restarted.take(3) == .held && restarted.take(4) == .restarted && restarted.total == 5004)
    }

    @Test("power comes from the pulses between two readings, and fades without them")
    func power() {
        var power = CounterPower(wattHours: 1)
        #expect(power.watts(100, at: 0) == nil && power.watts(101, at: 30) == nil)
        #expect(power.watts(111, at: 60) == 1200)
        #expect(power.watts(111, at: 61) == 1200)
        #expect(power.watts(111, at: 120) == 60)
        #expect(power.watts(111, at: 3600) == 0)
        #expect(power.watts(112, at: 3660) == 1)
    }

    @Test("any bytes are survived")
    func fuzz() {
        var random = Random(state: 5)
        var whole = 0
        for _ in 0..<100_000 {
            var message = answer
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                message[Int.random(in: 0..<message.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            message = Array(message.prefix(Int.random(in: 0...40, using: &random)))
            if case .complete(let count) = OwserverAnswer.judge(message[...]) {
                #expect(count <= message.count)
                if case .text(let text)? = OwserverAnswer(message[..<count]) {
                    whole += 1
                    _ = (OneWireValue.count(text), OneWireValue.celsius(text), OneWireDevice.list(text))
                }
            }
        }
        #expect(whole > 1000)
    }
}
