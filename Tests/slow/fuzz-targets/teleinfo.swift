// The TIC decoder, built by Tests/slow/fuzz. The first byte says how, the rest is what comes on the line.

/// One line that hears all inputs: what it kept of each would add up.
nonisolated(unsafe) private var endless = TICDecoder()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var dough = Dough(input(start, count))
    let choice = dough.byte()
    let modes: [TICMode?] = [nil, nil, .historique, .standard]
    let mode = modes[Int(choice & 3)]
    let parity = choice & 4 != 0
    // Right checksums are seldom found by chance.
    let stream = choice & 8 == 0 ? dough.rest : sealed(dough.rest)
    let whole = Listened(stream, mode, parity, piece: max(stream.count, 1))
    let pieces = Listened(stream, mode, parity, piece: 1 + Int(choice >> 4))
    promise(whole == pieces, "the size of the pieces changes what is read")
    endless.push(stream) { use(copy $0) }
    _ = endless.lastRefusal?.text
    return 0
}

/// All that a decoder made of a stream.
private struct Listened: Equatable {
    var frames: [TICFrame] = []
    var quality = TICQuality()
    var refusal: TICRefusal?

    init(_ stream: [UInt8], _ mode: TICMode?, _ parity: Bool, piece: Int) {
        var decoder = TICDecoder(mode: mode, parityInBit7: parity)
        var frames: [TICFrame] = []
        for start in stride(from: 0, to: stream.count, by: piece) {
            decoder.push(Array(stream[start..<min(start + piece, stream.count)])) { frames.append(copy $0) }
        }
        decoder.finish { frames.append(copy $0) }
        frames.forEach(use)
        quality = decoder.quality
        promise(quality.frames + quality.shortFrames >= frames.count)
        refusal = decoder.lastRefusal
        promise((refusal?.text.utf8.count ?? 0) <= 4 * 128)
        self.frames = frames
    }
}

/// Reads all that a frame says.
private func use(_ frame: TICFrame) {
    for label in frame.labels {
        let text = frame.text(label)
        promise(text != nil && (label.kind == .horodate || text?.utf8.count == label.length))
        if label.kind == .integer || label.kind == .hex { promise((frame.integer(label) ?? -1) >= 0) }
        if let date = frame.horodate(label) {
            promise(date.description.utf8.count == Horodate.length)
            _ = (date.unixSeconds, date.secondsSince1970)
        }
        _ = frame.trimmed(label)
    }
    _ = (frame.isShort, frame.isComplete, frame.address?.constructorName, frame.sumOfIntegers)
    if let status = frame.status { _ = (status.cutOff, status.supplierIndex, status.today, status.announcedPeak) }
    for profile in [frame.tomorrow, frame.mobilePeak] {
        for action in profile?.actions ?? [] { promise(action.hour < 24 && (action.index ?? 1) <= 10) }
    }
}

/// The lines of a text as groups with right checksums, in one frame.
private func sealed(_ text: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x02]
    for line in text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
        let isStandard = line.contains(0x09)
        var group = Array(line)
        if isStandard { group.append(0x09) }
        let sum = group.reduce(UInt64(0)) { $0 + UInt64($1 & 0x7F) }
        if !isStandard { group.append(0x20) }
        stream += [0x0A] + group + [UInt8(sum & 0x3F) + 0x20, 0x0D]
    }
    return stream + [0x03]
}
