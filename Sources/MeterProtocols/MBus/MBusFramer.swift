/// Finds frames in what comes from an M-Bus, noise, echoes and collisions included.
///
/// A byte that begins no good frame is dropped alone, and the search goes on with the next: nothing that follows noise
/// is lost. It never holds more than one frame's length.
public struct MBusFramer: Sendable {
    /// The counts of good frames and of everything else on the line.
    public struct Quality: Sendable, Hashable {
        /// Frames handed over, acknowledgements included.
        public var frames = 0
        /// Frames whose checksum is wrong; their bytes count as noise, too.
        public var badChecksum = 0
        /// Starts whose two lengths differ or are too short, or that do not end where they should.
        public var badFormat = 0
        /// Frames whose end did not come.
        public var cut = 0
        /// Bytes that belong to no frame.
        public var noise = 0
    }

    /// The counts since the beginning.
    public private(set) var quality = Quality()
    /// The beginning of a frame that waits for its end, at most 261 bytes.
    private var pending: [UInt8] = []

    /// A framer that has read nothing.
    public init() {}

    /// True when the beginning of a frame waits for its end.
    public var isInFrame: Bool { !pending.isEmpty }

    /// Takes bytes and hands over the frames that are complete.
    public mutating func push(_ bytes: some Sequence<UInt8>, _ onFrame: (MBusFrame) -> Void) {
        for byte in bytes {
            pending.append(byte)
            search(isEnd: false, onFrame)
        }
    }

    /// Gives up waiting: nothing more comes, so that a false start hides no frame behind it.
    public mutating func finish(_ onFrame: (MBusFrame) -> Void) {
        search(isEnd: true, onFrame)
    }

    /// The judgement of bytes by their beginning.
    public enum Look: Sendable, Equatable {
        /// Perhaps a frame whose end has not come.
        case more
        /// A good frame, and its length in bytes.
        case frame(MBusFrame, length: Int)
        /// No frame; `noise` does not even begin as one.
        case noise, badFormat, badChecksum
    }

    /// Takes good frames and bytes that belong to none from the front, up to a frame whose end is missing.
    ///
    /// A false start is counted once, not again for each byte behind it.
    private mutating func search(isEnd: Bool, _ onFrame: (MBusFrame) -> Void) {
        var start = 0
        var isFalseStart = false
        scan: while start < pending.count {
            switch Self.look(pending[start...]) {
            case .frame(let frame, let length):
                quality.frames += 1
                isFalseStart = false
                start += length
                onFrame(frame)
                continue scan
            case .more:
                guard isEnd else { break scan }
                if !isFalseStart { quality.cut += 1 }
                isFalseStart = true
            case .badFormat:
                if !isFalseStart { quality.badFormat += 1 }
                isFalseStart = true
            case .badChecksum:
                quality.badChecksum += 1
                isFalseStart = true
            case .noise: break
            }
            quality.noise += 1
            start += 1
        }
        pending.removeFirst(start)
    }

    /// The judgement of at least one byte, by the first of them.
    public static func look(_ bytes: ArraySlice<UInt8>) -> Look {
        let start = bytes.startIndex
        switch bytes[start] {
        case 0xE5: return .frame(.acknowledge, length: 1)
        case 0x10:
            guard bytes.count >= 5 else { return .more }
            guard bytes[start + 4] == 0x16 else { return .badFormat }
            let (control, address) = (bytes[start + 1], bytes[start + 2])
            guard control &+ address == bytes[start + 3] else { return .badChecksum }
            return .frame(.short(control: control, address: address), length: 5)
        case 0x68:
            guard bytes.count >= 2 else { return .more }
            let count = Int(bytes[start + 1])
            guard count >= 3 else { return .badFormat }
            guard bytes.count >= 3 else { return .more }
            guard bytes[start + 2] == bytes[start + 1] else { return .badFormat }
            guard bytes.count >= 4 else { return .more }
            guard bytes[start + 3] == 0x68 else { return .badFormat }
            guard bytes.count >= count + 6 else { return .more }
            let body = bytes[(start + 4)..<(start + 4 + count)]
            guard bytes[start + count + 5] == 0x16 else { return .badFormat }
            guard body.reduce(0, &+) == bytes[start + count + 4] else { return .badChecksum }
            return .frame(
                .long(
                    control: body[start + 4],
                    address: body[start + 5],
                    information: body[start + 6],
                    data: Array(body.dropFirst(3))
                ),
                length: count + 6
            )
        default: return .noise
        }
    }
}
