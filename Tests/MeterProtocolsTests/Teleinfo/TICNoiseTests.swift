import MeterProtocols
import Testing

@Suite struct TICNoiseTests {
    /// The groups a capture contains, found without the decoder: whatever stands between control characters.
    private static func oracle(_ bytes: [UInt8], mode: TICMode) -> (groups: Set<[UInt8]>, good: Int) {
        var groups: Set<[UInt8]> = []
        var good = 0
        for part in bytes.map({ $0 & 0x7F }).split(whereSeparator: { $0 < 0x20 && $0 != 0x09 }) where isGood(part, mode)
        {
            groups.insert(Array(part))
            good += 1
        }
        return (groups, good)
    }

    private static let byName = Dictionary(uniqueKeysWithValues: TICLabel.allCases.map { (Array($0.name.utf8), $0) })

    private static func isGood(_ group: ArraySlice<UInt8>, _ mode: TICMode) -> Bool {
        let separator = mode.separator
        guard group.count >= 5, let last = group.last, group.dropLast().last == separator else { return false }
        guard TICWriter.checksum(group.dropLast(mode == .standard ? 1 : 2)) == last else { return false }
        let name = group.prefix { $0 != separator && $0 != 0x20 }
        guard let label = byName[Array(name)], label.mode == mode else { return false }
        var rest = group.dropFirst(name.count).dropLast(2)
        guard rest.popFirst() == separator else { return false }
        if label.hasHorodate {
            guard rest.count > 13, rest.dropFirst(13).first == separator else { return false }
            guard Horodate(String(decoding: rest.prefix(13), as: UTF8.self)) != nil else { return false }
            rest = rest.dropFirst(14)
        }
        guard rest.count == label.length else { return false }
        switch label.kind {
        case .integer: return rest.allSatisfy { (0x30...0x39).contains($0) }
        case .hex: return rest.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
        case .text, .horodate: return rest.allSatisfy { (0x20..<0x7F).contains($0) }
        }
    }

    @Test("two megabytes of noise trap nothing and fill nothing", arguments: [false, true])
    func noise(parityInBit7: Bool) {
        var random = Random(state: 42)
        var decoder = TICDecoder(parityInBit7: parityInBit7)
        var frames = 0
        for _ in 0..<4000 {
            // Pieces of all sizes; half of them printable, so that groups become long.
            let printable = Bool.random(using: &random)
            let piece = (0..<Int.random(in: 1...1024, using: &random)).map { _ in
                UInt8.random(in: printable ? 0x20...0x7E : 0...0xFF, using: &random)
            }
            decoder.push(piece) { _ in frames += 1 }
        }
        #expect(frames == decoder.quality.frames)
        #expect(decoder.quality.refusedGroups > 1000)
        #expect(decoder.quality.groups == 0)
        #expect((decoder.lastRefusal?.text.utf8.count ?? 0) <= 4 * 128)
        #expect((decoder.quality.parityErrors > 0) == parityInBit7)
    }

    @Test("of a capture full of errors exactly the good groups are accepted", arguments: TICMode.allCases)
    func errors(mode: TICMode) {
        var random = Random(state: 7)
        let meters = Meters.all.filter { $0[0].mode == mode }
        var bytes: [UInt8] = []
        for seed in 1...800 {
            bytes += TICWriter(mode: mode).frame(Value.samples(meters[seed % meters.count], seed))
        }
        // Change, lose and insert one byte in 100. EOT is left out: what it drops is not good, although it looks so.
        var damaged: [UInt8] = []
        for byte in bytes {
            switch Int.random(in: 0..<300, using: &random) {
            case 0: damaged.append(byte ^ (1 << UInt8.random(in: 0...7, using: &random)))
            case 1: damaged.append(contentsOf: [byte, UInt8.random(in: 0...255, using: &random)])
            case 2: break
            default: damaged.append(byte)
            }
        }
        damaged.removeAll { $0 & 0x7F == 0x04 }
        let (groups, good) = Self.oracle(damaged, mode: mode)
        #expect(good > 1000)
        let decoded = Decoded(damaged, mode: mode, piece: 61)
        #expect(decoded.quality.groups + decoded.quality.groupsOutsideFrames == good)
        #expect(decoded.quality.badChecksum > 1000)
        for value in Set(
            decoded.values.joined().map { TICWriter(mode: mode).body($0.label.name, $0.data, horodate: $0.horodate) }
        ) {
            #expect(groups.contains(value), "\(String(decoding: value, as: UTF8.self))")
        }
    }

    @Test(
        "a flipped bit never makes a wrong number or date, and costs one group at most",
        arguments: [
            Meters.singlePhase, Meters.historique, Meters.threePhase, Meters.alert,
        ]
    )
    func flips(labels: [TICLabel]) {
        let writer = TICWriter(mode: labels[0].mode)
        let frames = (1...3).map { Value.samples(labels, $0).sorted { $0.label < $1.label } }
        let (before, middle, after) = (writer.frame(frames[0]), writer.frame(frames[1]), writer.frame(frames[2]))
        let expected = Dictionary(uniqueKeysWithValues: frames[1].map { ($0.label, $0) })
        for position in middle.indices {
            for bit in 0..<7 {
                var damaged = middle
                damaged[position] ^= 1 << UInt8(bit)
                let values = Decoded(before + damaged + after, finish: false).values
                #expect(values.first == frames[0] && values.last == frames[2], "byte \(position), bit \(bit)")
                let between = values.dropFirst().dropLast().joined()
                for value in between where value != expected[value.label] {
                    // Bit 6 is worth 64, which the checksum does not see: only the character set stands guard.
                    #expect(bit == 6 && value.label.kind == .text, "byte \(position), bit \(bit): \(value)")
                }
                // A character that turned into STX, ETX or EOT ends the frame as the protocol says.
                if !(2...4).contains(damaged[position]) {
                    let lost = labels.count - Set(between.map(\.label)).count
                    #expect((0...1).contains(lost), "byte \(position), bit \(bit): \(lost) lost")
                }
            }
        }
    }

    @Test("an endless group costs no memory, and the line recovers from it", arguments: [1, 7, 64, 4096])
    func endless(piece: Int) {
        let values = Value.samples(Meters.singlePhase)
        var decoder = TICDecoder()
        var frames: [TICFrame] = []
        decoder.push([0x02]) { frames.append(copy $0) }
        let letters = [UInt8](repeating: 0x41, count: piece)
        for _ in 0..<max(4, 200_000 / piece) { decoder.push(letters) { frames.append(copy $0) } }
        decoder.push([0x0D] + TICWriter(mode: .standard).frame(values)) { frames.append(copy $0) }
        #expect(frames.map(\.values) == [values])
        #expect(decoder.quality.overlong == 1)
        #expect(decoder.quality.strayBytes == piece * max(4, 200_000 / piece))
        #expect(decoder.lastRefusal?.reason == .overlong)
        #expect(decoder.lastRefusal?.text == String(repeating: "A", count: 128))
    }

    @Test("a group of 129 characters is too long, in pieces of any size")
    func longest() {
        for piece in 1...130 {
            let decoded = Decoded([0x02] + [UInt8](repeating: 0x41, count: 129) + [0x0D], piece: piece)
            #expect(decoded.quality.overlong == 1 && decoded.quality.badChecksum == 0, "pieces of \(piece)")
            let shorter = Decoded([0x02] + [UInt8](repeating: 0x41, count: 128) + [0x0D], piece: piece)
            #expect(shorter.quality.overlong == 0 && shorter.quality.badChecksum == 1, "pieces of \(piece)")
        }
    }
}
