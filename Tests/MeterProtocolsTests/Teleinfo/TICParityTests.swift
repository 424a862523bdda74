import MeterProtocols
import Testing

@Suite struct TICParityTests {
    private static let values = Value.samples(Meters.singlePhase)

    /// The bytes as a port without parity gives them: bit 7 makes the number of ones even.
    private static func withParity(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { $0 | ($0.nonzeroBitCount % 2 == 0 ? 0 : 0x80) }
    }

    private static let capture = withParity(TICWriter(mode: .standard).frame(values))

    @Test("bit 7 is ignored unless it is the parity")
    func ignored() {
        #expect(Decoded(Self.capture).values == [Self.values])
        #expect(Decoded(Self.capture.map { $0 | 0x80 }).values == [Self.values])
        #expect(Decoded(Self.capture.map { $0 ^ 0x80 }).quality.parityErrors == 0)
    }

    @Test("with the right parity nothing is refused", arguments: [1, 3, 8, 64, 4096])
    func right(piece: Int) {
        let decoded = Decoded(Self.capture, parityInBit7: true, piece: piece)
        #expect(decoded.values == [Self.values])
        #expect(decoded.quality.parityErrors == 0 && decoded.quality.refusedGroups == 0)
    }

    @Test("a wrong parity bit is counted once, and refuses its group only", arguments: [1, 5, 64])
    func wrong(piece: Int) {
        for position in Self.capture.indices {
            var damaged = Self.capture
            damaged[position] ^= 0x80
            let decoded = Decoded(damaged, parityInBit7: true, piece: piece)
            #expect(decoded.quality.parityErrors == 1, "byte \(position)")
            let kind = damaged[position] & 0x7F
            // STX, ETX and LF stand between groups: nothing to refuse.
            let between = kind == 2 || kind == 3 || kind == 0x0A
            #expect(decoded.quality.badParity == (between ? 0 : 1), "byte \(position)")
            #expect(decoded.frames.count == 1)
            #expect(decoded.frames.first?.labels.count == Self.values.count - (between ? 0 : 1), "byte \(position)")
        }
    }

    @Test("two flipped bits that the checksum cannot see are caught with the parity of their characters")
    func swapped() {
        // 00011 and 00002 have the same sum, and each changed digit an odd number of changed bits.
        let writer = TICWriter(mode: .standard)
        let good = Self.withParity([0x02] + writer.group("PREF", "09") + writer.group("SINSTS", "00011") + [0x03])
        var bad = good
        let position = good.count - 6
        #expect(bad[position] & 0x7F == 0x31 && bad[position + 1] & 0x7F == 0x31)
        bad[position] = bad[position] & 0x80 | 0x30
        bad[position + 1] = bad[position + 1] & 0x80 | 0x32
        #expect(Decoded(bad).frames.first?.integer(.sinsts) == 2)
        #expect(Decoded(bad, parityInBit7: true).frames.first?.contains(.sinsts) == false)
    }
}
