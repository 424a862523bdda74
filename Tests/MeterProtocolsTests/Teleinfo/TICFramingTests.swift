import MeterProtocols
import Testing

@Suite struct TICFramingTests {
    private static let standard = TICWriter(mode: .standard)
    private static let historique = TICWriter(mode: .historique)

    private static func values(_ labels: [TICLabel], frames: Int) -> [[Value]] {
        (1...frames).map { Value.samples(labels, $0) }
    }

    private static func capture(_ frames: [[Value]]) -> [UInt8] {
        frames.flatMap { TICWriter(mode: $0[0].label.mode).frame($0) }
    }

    @Test("the frames of every meter come back whole", arguments: Meters.all)
    func meters(labels: [TICLabel]) {
        let frames = Self.values(labels, frames: 3)
        let decoded = Decoded(Self.capture(frames), finish: false)
        // ADPS is sent out of order; values are listed in the order of emission.
        #expect(decoded.values == frames.map { $0.sorted { $0.label < $1.label } })
        #expect(decoded.frames.map(\.isComplete) == [true, true, true])
        #expect(decoded.quality.frames == 3)
        #expect(decoded.quality.groups == 3 * labels.count)
        #expect(decoded.quality.refusedGroups == 0 && decoded.quality.strayBytes == 0)
    }

    @Test("a capture cut at every byte, or into pieces of any size, decodes alike", arguments: Meters.all)
    func pieces(labels: [TICLabel]) {
        let bytes = Self.capture(Self.values(labels, frames: 2))
        let whole = Decoded(bytes)
        #expect(whole.frames.count == 2)
        for cut in 0...bytes.count {
            var decoder = TICDecoder()
            var frames: [TICFrame] = []
            decoder.push(Array(bytes[..<cut])) { frames.append(copy $0) }
            decoder.push(Array(bytes[cut...])) { frames.append(copy $0) }
            decoder.finish { frames.append(copy $0) }
            #expect(frames == whole.frames && decoder.quality == whole.quality, "cut at \(cut)")
        }
        for piece in 1...70 {
            let decoded = Decoded(bytes, piece: piece)
            #expect(decoded.frames == whole.frames && decoded.quality == whole.quality, "pieces of \(piece)")
        }
    }

    @Test("a bad group is lost and nothing else", arguments: Meters.all)
    func oneBadGroup(labels: [TICLabel]) {
        let values = Value.samples(labels)
        let writer = TICWriter(mode: labels[0].mode)
        for bad in labels.indices {
            var bytes: [UInt8] = [0x02]
            for (position, value) in values.enumerated() {
                var group = writer.group(value.label.name, value.data, horodate: value.horodate)
                if position == bad { group[group.count - 2] ^= 1 }
                bytes += group
            }
            let decoded = Decoded(bytes + [0x03], finish: false)
            let rest = values.enumerated().filter { $0.offset != bad }.map(\.element)
            #expect(decoded.values == [rest.sorted { $0.label < $1.label }])
            #expect(decoded.quality.badChecksum == 1)
            #expect(decoded.frames.first?.refusedGroups == 1)
            #expect(decoded.frames.first?.isComplete == false)
            #expect(decoded.refusal?.reason == .checksum)
            #expect(decoded.refusal?.text.hasPrefix(labels[bad].name) == true)
        }
    }

    @Test("any control character but HT stands for CR or LF")
    func delimiters() {
        let values = Value.samples(Meters.singlePhase)
        let plain = Self.standard.frame(values)
        for control in UInt8(0)..<0x20 where control != 0x09 && !(2...4).contains(control) {
            for lost in [[0x0A], [0x0D], [0x0A, 0x0D]] as [[UInt8]] {
                let bytes = plain.map { lost.contains($0) ? control : $0 }
                #expect(Decoded(bytes).values == [values], "\(control) for \(lost)")
            }
        }
    }

    @Test("groups glued together by a lost CR or LF are told apart by the other", arguments: [UInt8(0x0A), 0x0D])
    func glued(lost: UInt8) {
        let values = Value.samples(Meters.singlePhase)
        #expect(Decoded(Self.standard.frame(values).filter { $0 != lost }).values == [values])
    }

    @Test("two groups glued without any delimiter are refused as one")
    func gluedTight() {
        let bytes =
            [0x02, 0x0A] + Self.standard.body("VTIC", "02") + Self.standard.body("PREF", "09") + [0x0D]
            + Self.standard.group("PCOUP", "09") + [0x03]
        let decoded = Decoded(bytes)
        #expect(decoded.frames.first.map { Array($0.labels) } == [.pcoup])
        #expect(decoded.quality.refusedGroups == 1)
    }

    @Test("empty groups mean nothing")
    func emptyGroups() {
        let values = Value.samples(Meters.singlePhase)
        let groups: [UInt8] = values.flatMap {
            Self.standard.group($0.label.name, $0.data, horodate: $0.horodate) + [0x0D, 0x0A]
        }
        let decoded = Decoded([0x02, 0x0D, 0x0A] + groups + [0x0D, 0x0A, 0x03])
        #expect(decoded.values == [values])
        #expect(decoded.quality.refusedGroups == 0)
    }

    @Test("an EOT between frames costs nothing")
    func interruptionBetween() {
        let frames = Self.values(Meters.historique, frames: 2)
        let bytes = Self.capture([frames[0]]) + [0x0D, 0x04] + Self.capture([frames[1]])
        let decoded = Decoded(bytes, finish: false)
        #expect(decoded.values == frames.map { $0.sorted { $0.label < $1.label } })
        #expect(decoded.quality.interruptions == 1)
    }

    @Test(
        "an EOT drops the frame, wherever it comes, and all up to the next STX",
        arguments: [TICMode.historique, .standard]
    )
    func interruption(mode: TICMode) {
        let labels = mode == .standard ? Meters.singlePhase : Meters.tempo
        let frames = Self.values(labels, frames: 3)
        let first = Self.capture([frames[0]]), middle = Self.capture([frames[1]]), last = Self.capture([frames[2]])
        for cut in 1..<middle.count {
            let bytes = first + middle[..<cut] + [0x04] + middle[cut...] + last
            let decoded = Decoded(bytes, finish: false)
            #expect(decoded.values == [frames[0], frames[2]], "cut at \(cut)")
            #expect(decoded.quality.interruptions == 1)
            #expect(decoded.quality.groups == 2 * labels.count)
        }
    }

    @Test("a capture that begins in the middle of a frame gives the frames after it")
    func joining() {
        let frames = Self.values(Meters.singlePhase, frames: 3)
        let bytes = Self.capture(frames)
        for start in 1..<bytes.count / 3 {
            let decoded = Decoded(Array(bytes[start...]))
            #expect(decoded.values == [frames[1], frames[2]], "from \(start)")
            #expect(decoded.quality.refusedGroups == 0)
            #expect(decoded.quality.groupsOutsideFrames <= Meters.singlePhase.count)
        }
        let whole = Decoded(Array(bytes[1...]))
        #expect(whole.quality.groupsOutsideFrames == Meters.singlePhase.count)
        #expect(whole.quality.groups == 2 * Meters.singlePhase.count)
    }

    @Test("a frame cut off loses what is missing and no more")
    func cutOff() {
        let frames = Self.values(Meters.singlePhase, frames: 2)
        let first = Self.capture([frames[0]])
        for end in 1..<first.count {
            let decoded = Decoded(first[..<end] + Self.capture([frames[1]]), finish: false)
            let whole = Decoded(Array(first[..<end]))
            #expect(decoded.values.last == frames[1])
            let kept = decoded.values.dropLast().first ?? []
            #expect(kept.elementsEqual(frames[0].prefix(kept.count)), "cut at \(end)")
            #expect(whole.values.first ?? [] == kept)
            // A group is whole with its checksum, one byte before its CR.
            #expect(kept.count == Self.groups(endingBefore: end, in: first))
        }
    }

    private static func groups(endingBefore end: Int, in bytes: [UInt8]) -> Int {
        bytes.indices.filter { bytes[$0] == 0x0D && $0 <= end }.count
    }

    /// What a terminal left in cooked mode, or an editor, does to a capture.
    struct Damage: CustomTestStringConvertible {
        var testDescription: String
        var lost: Set<UInt8>
        var replaced: [UInt8: UInt8]
    }
    static let damages = [
        Damage(testDescription: "CR became LF", lost: [], replaced: [0x0D: 0x0A]),
        Damage(testDescription: "CR became LF, no ETX", lost: [3, 4], replaced: [0x0D: 0x0A]),
        Damage(testDescription: "CR became LF, no STX", lost: [2], replaced: [0x0D: 0x0A]),
        Damage(testDescription: "CR became LF, no STX, no ETX", lost: [2, 3, 4], replaced: [0x0D: 0x0A]),
        Damage(testDescription: "no STX, no ETX", lost: [2, 3, 4], replaced: [:]),
    ]

    @Test("captures of a cooked terminal decode", arguments: damages, Meters.all)
    func cooked(damage: Damage, labels: [TICLabel]) {
        let frames = Self.values(labels, frames: 4)
        let bytes = Self.capture(frames).filter { !damage.lost.contains($0) }.map { damage.replaced[$0] ?? $0 }
        let decoded = Decoded(bytes)
        #expect(decoded.values == frames.map { $0.sorted { $0.label < $1.label } })
        #expect(decoded.quality.refusedGroups == 0)
    }

    @Test("without STX and ETX short frames and long frames are told apart")
    func cookedShortFrames() {
        let frames = [
            Meters.alert, Meters.threePhase, Meters.alert, Meters.alert, Meters.threePhase, Meters.threePhase,
        ]
        .enumerated().map { Value.samples($0.element, $0.offset + 1) }
        let decoded = Decoded(Self.capture(frames).filter { $0 != 2 && $0 != 3 })
        #expect(decoded.values == frames)
        #expect(decoded.frames.map(\.isShort) == [true, false, true, true, false, false])
        #expect(decoded.quality.shortFrames == 3)
        #expect(decoded.quality.frames == 6)
    }

    @Test("a frame says how its end was known")
    func endings() {
        let bytes = Self.capture(Self.values(Meters.historique, frames: 2))
        #expect(Decoded(bytes).frames.map(\.ending) == [.closed, .closed])
        #expect(Decoded(bytes.filter { $0 != 3 }).frames.map(\.ending) == [.cut, .endOfCapture])
        #expect(Decoded(bytes.filter { $0 != 3 && $0 != 2 }).frames.map(\.ending) == [.cut, .endOfCapture])
    }

    @Test("of a label that comes twice the last good one counts")
    func duplicates() {
        let writer = Self.standard
        var bad = writer.group("SINSTS", "00003")
        bad[8] ^= 1
        let bytes = [0x02] + writer.group("SINSTS", "00001") + writer.group("SINSTS", "00002") + bad + [0x03]
        let decoded = Decoded(bytes)
        #expect(decoded.frames.first?.integer(.sinsts) == 2)
        #expect(decoded.quality.duplicates == 1)
        #expect(decoded.quality.groups == 2)
    }

    @Test("nothing of a frame is left in the next one")
    func nothingStays() {
        let frames = [
            Value.samples(Meters.everything), Value.samples([.adsc, .vtic], 2), Value.samples([.adco, .papp], 3),
        ]
        #expect(Decoded(Self.capture(frames)).values == frames)
    }

    @Test("a decoder can be used again after the end of a capture")
    func finishing() {
        let values = Value.samples(Meters.singlePhase)
        let bytes = Self.capture([values])
        var decoder = TICDecoder()
        var frames: [TICFrame] = []
        decoder.push(Array(bytes.dropLast(40))) { frames.append(copy $0) }
        #expect(frames.isEmpty)
        decoder.finish { frames.append(copy $0) }
        decoder.push(bytes) { frames.append(copy $0) }
        decoder.finish { frames.append(copy $0) }
        #expect(frames.map(\.ending) == [.endOfCapture, .closed])
        #expect(frames.last?.values == values)
        #expect(decoder.quality.frames == 2)
    }

    @Test("a bad group spoils its own frame only")
    func badFrame() throws {
        var bytes = Self.capture(Self.values(Meters.singlePhase, frames: 3))
        bytes[try #require(bytes.firstIndex(of: 0x0D)) - 1] ^= 1
        let decoded = Decoded(bytes, finish: false)
        #expect(decoded.frames.map(\.isComplete) == [false, true, true])
        #expect(decoded.frames.map(\.refusedGroups) == [1, 0, 0])
    }
}
