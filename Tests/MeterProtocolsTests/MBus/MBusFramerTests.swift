import MeterProtocols
import Testing

@Suite struct MBusFramerTests {
    private let answer = MBusFrame.long(control: 8, address: 5, information: 0x78, data: [0x01, 0x5B, 0x14])

    private func frames(_ bytes: [UInt8]) -> (found: [MBusFrame], quality: MBusFramer.Quality) {
        var framer = MBusFramer()
        var found: [MBusFrame] = []
        framer.push(bytes) { found.append($0) }
        framer.finish { found.append($0) }
        return (found, framer.quality)
    }

    @Test("requests go over the wire as the standard writes them")
    func requests() {
        #expect(MBusRequest.reset(5).bytes == bytes("10 40 05 45 16"))
        #expect(MBusRequest.data(5, frameCountBit: true).bytes == bytes("10 7B 05 80 16"))
        #expect(MBusRequest.data(5, frameCountBit: false).bytes == bytes("10 5B 05 60 16"))
        #expect(
            MBusRequest.select(MBusMeterAddress(identification: 0x1234_5678)).bytes
                == bytes("68 0B 0B 68 73 FD 52 78 56 34 12 FF FF FF FF D2 16")
        )
        #expect(
            MBusRequest.select(MBusMeterAddress(identification: 0xFFFF_FFFF)).bytes
                == bytes("68 0B 0B 68 73 FD 52 FF FF FF FF FF FF FF FF BA 16")
        )
    }

    @Test("a wildcard stands for any digit, maker, version and medium")
    func wildcards() {
        let meter = MBusMeterAddress(identification: 0x1234_5678, manufacturerCode: 0x0442, version: 32, mediumCode: 2)
        #expect(MBusMeterAddress(identification: 0x12FF_5678).matches(meter))
        #expect(!MBusMeterAddress(identification: 0x13FF_5678).matches(meter))
        #expect(!MBusMeterAddress(identification: 0x1234_5678, manufacturerCode: 0x2C2D).matches(meter))
        #expect(MBusMeterAddress.manufacturerCode("ABB") == 0x0442 && meter.manufacturer == "ABB")
    }

    @Test("after any noise before it and between, a frame is found", arguments: 0..<256)
    func noise(_ byte: Int) {
        let noise = UInt8(byte)
        // An acknowledgement is one byte, so that noise may be one.
        let expected = noise == 0xE5 ? [.acknowledge, .acknowledge, answer, .acknowledge, answer] : [answer, answer]
        #expect(frames([noise, noise] + answer.bytes + [noise] + answer.bytes).found == expected)
    }

    @Test("a false start hides nothing: the frame behind it is found once no more comes")
    func falseStart() {
        for start in ["68", "68 20 20", "68 F0 F0 68", "10", "10 7B 05"] {
            #expect(frames(bytes(start) + answer.bytes).found == [answer], "after \(start)")
        }
    }

    @Test("a frame with any one bit changed is refused")
    func flips() {
        let good = answer.bytes
        for place in good.indices {
            for bit in 0..<8 {
                var bad = good
                bad[place] ^= 1 << UInt8(bit)
                #expect(!frames(bad).found.contains { if case .long = $0 { true } else { false } })
            }
        }
    }

    @Test("what two meters that answer at once leave is refused, and counted")
    func collision() {
        let other = MBusFrame.long(control: 8, address: 6, information: 0x78, data: [0x01, 0x5B, 0x33])
        let both = zip(answer.bytes, other.bytes).map { $0 & $1 }
        let (found, quality) = frames(both)
        #expect(found.isEmpty && quality.badChecksum == 1 && quality.noise == both.count)
    }

    @Test("however the bytes are cut, the same frames come")
    func pieces() {
        let all =
            [0x00] + answer.bytes + [0xE5] + MBusRequest.data(5, frameCountBit: true).bytes + answer.bytes.dropLast()
        let whole = frames(Array(all))
        for size in 1..<all.count {
            var framer = MBusFramer()
            var found: [MBusFrame] = []
            for start in stride(from: 0, to: all.count, by: size) {
                framer.push(all[start..<min(start + size, all.count)]) { found.append($0) }
            }
            framer.finish { found.append($0) }
            #expect(found == whole.found && framer.quality == whole.quality)
        }
    }
}
