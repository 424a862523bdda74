import Testing

@testable import MeterProtocols

/// Telegrams of SMA's meters, byte by byte.
@Suite struct SpeedwireTests {
    /// A telegram of the meter 349, 1900123456.
    private func telegram(_ values: [UInt8], protocolNumber: UInt16 = 0x6069, length: Int? = nil) -> [UInt8] {
        let body =
            [UInt8(protocolNumber >> 8), UInt8(protocolNumber & 0xFF), 0x01, 0x5D, 0x71, 0x41, 0x92, 0x40, 0, 0, 0, 0]
            + values
        let count = length ?? body.count
        let head: [UInt8] = [
            0x53, 0x4D, 0x41, 0, 0, 4, 2, 0xA0, 0, 0, 0, 1, UInt8(count >> 8), UInt8(count & 0xFF), 0, 0x10,
        ]
        return head + body + [0, 0, 0, 0]
    }

    private func now(_ number: UInt8, _ value: UInt32, channel: UInt8 = 0) -> [UInt8] {
        [channel, number, 4, 0] + withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    private func register(_ number: UInt8, _ value: UInt64) -> [UInt8] {
        [0, number, 8, 0] + withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    private let firmware: [UInt8] = [0x90, 0, 0, 0, 2, 3, 4, 0x52]

    private func readings(_ values: [UInt8]) throws -> SpeedwireReadings {
        try #require(try SpeedwireTelegram(telegram(values))).readings()
    }

    @Test("a whole telegram tells its meter, powers in tenths of W and registers in Ws")
    func whole() throws {
        let values =
            now(1, 12_345) + register(1, 40_000_000 * 3600 + 3599) + now(2, 0) + register(2, 7200) + now(13, 987)
            + now(14, 49_990) + now(21, 0) + now(22, 8001) + now(31, 5432) + now(32, 231_234) + firmware
        let telegram = try #require(try SpeedwireTelegram(telegram(values)))
        #expect(telegram.meter == SpeedwireTelegram.Meter(susyID: 349, serial: 1_900_122_688))
        let found = try telegram.readings()
        #expect(found.watts == 1234.5 && found.drawn == 40_000_000 && found.injected == 2)
        #expect(found.powerFactor == 0.987 && found.frequency == 49.99)
        #expect(
            found.watts(ofPhase: 1) == -800.1 && found.amps(ofPhase: 1) == 5.432 && found.volts(ofPhase: 1) == 231.234
        )
        #expect(found.watts(ofPhase: 2) == nil && found.volts(ofPhase: 3) == nil)
    }

    @Test("what others say at the same address is nobody's telegram")
    func others() throws {
        #expect(try SpeedwireTelegram([]) == nil)
        #expect(try SpeedwireTelegram([0x53, 0x4D, 0x41]) == nil)
        #expect(try SpeedwireTelegram([UInt8]("hello, this is another program".utf8)) == nil)
        #expect(try SpeedwireTelegram(telegram(now(1, 1), protocolNumber: 0x6065)) == nil)
    }

    @Test("a telegram that is cut anywhere is refused, never read in part", arguments: 4..<80)
    func cut(_ length: Int) throws {
        let bytes = telegram(now(1, 12_345) + register(1, 3600) + now(2, 0) + register(2, 0) + firmware)
        // The zeros behind its end may be missing.
        guard length < bytes.count - 4 else { return }
        #expect(throws: SpeedwireError.cut) {
            _ = try SpeedwireTelegram(Array(bytes[..<length]))?.readings()
        }
    }

    @Test("a length that is not the telegram's is refused", arguments: [0, 11, 13, 27, 9000, 65_535])
    func wrongLength(_ length: Int) throws {
        let bytes = telegram(now(1, 12_345) + now(2, 0), length: length)
        #expect(throws: SpeedwireError.cut) { _ = try SpeedwireTelegram(bytes)?.readings() }
    }

    @Test("all bits set are no value, and one direction alone is no power")
    func missing() throws {
        let found = try readings(now(1, .max) + register(1, .max) + now(2, 10) + register(2, 3600))
        #expect(found.watts == nil && found.drawn == nil && found.injected == 1)
        // What stands in other channels is something else.
        #expect(try readings(now(1, 10, channel: 1) + now(2, 10, channel: 1)).watts == nil)
        // No voltage is a phase that is not connected, no frequency a meter that does not tell it.
        let zero = try readings(now(14, 0) + now(32, 0) + now(52, 230_000))
        #expect(zero.frequency == nil && zero.volts(ofPhase: 1) == nil && zero.volts(ofPhase: 2) == 230)
    }

    @Test("a value of an unknown type ends the telegram, as what follows cannot be told apart")
    func unknownType() throws {
        #expect(throws: SpeedwireError.unknownType(7)) { try readings(now(1, 1) + [0, 5, 7, 0, 1, 2, 3, 4]) }
    }

    @Test("any bytes are read without a fall")
    func anything() {
        var random = SystemRandomNumberGenerator()
        let good = telegram(now(1, 12_345) + register(1, 3600) + firmware)
        for _ in 0..<5000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 4..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            let found = try? SpeedwireTelegram(bytes)?.readings()
            #expect(found?.watts.map { $0.isFinite } ?? true)
        }
    }
}
