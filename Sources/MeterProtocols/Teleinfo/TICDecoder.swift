/// Reads the bytes of a meter's TIC, in pieces of any size, and hands out its frames.
///
/// Enedis-NOI-CPT_54E §5 and §6, and what real lines do to it: every control character but HT ends a group (LF arrives
/// as 0x0E, 0x0F or 0x0B on weak lines, CR as LF from a terminal left in cooked mode), empty groups mean nothing, and
/// where STX and ETX are missing a frame begins with its address. A group counts only if its checksum, its label, the
/// length of its data and each of their characters are right: the checksum alone lets one error in 64 pass.
///
/// Memory is constant, whatever comes in, and nothing is allocated after `init`.
public struct TICDecoder: ~Copyable {
    /// The counts of what was accepted and refused so far.
    public internal(set) var quality: TICQuality

    // The group being collected: bit 7 clear, at `group[0..<count]`, with room to read and write whole words around it.
    let group: UnsafeMutableRawPointer
    var count = 0
    var sum: UInt64 = 0
    var flaw = Flaw.none

    var frame = TICFrame()
    var place = Place.outside
    var framing = Framing.unknown
    var refused = Refused()

    let index = TICLabelIndex.shared
    let onlyMode: TICMode?
    let parityInBit7: Bool

    /// The character that ends a frame, ETX.
    public static let endOfFrame: UInt8 = 0x03

    /// True in the middle of a frame, where no pause is due.
    public var isInFrame: Bool { place == .inside }

    /// The longest group kept; the longest that a meter sends, `PJOURF+1`, has 109 characters.
    static let longestGroup = 128
    private static let margin = 16

    /// Begins with an empty line.
    ///
    /// - Parameters:
    ///   - mode: the only mode to accept; without one each group tells its own, by its separators.
    ///   - parityInBit7: true when the port was opened with 8 bits and no parity, so that bit 7 is the even parity. It
    ///     is checked then; otherwise bit 7 is ignored.
    ///   - quality: the counts to go on from, of another decoder on the same line.
    public init(mode: TICMode? = nil, parityInBit7: Bool = false, quality: TICQuality = TICQuality()) {
        self.quality = quality
        onlyMode = mode
        self.parityInBit7 = parityInBit7
        // The second half keeps the group refused last.
        let size = 2 * (Self.longestGroup + 2 * Self.margin)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        group = memory + Self.margin
    }

    deinit { (group - Self.margin).deallocate() }

    /// Reads the next bytes of the line, and hands out each frame that they complete.
    public mutating func push(_ bytes: Span<UInt8>, _ onFrame: (borrowing TICFrame) -> Void) {
        bytes.withUnsafeBytes { push($0, onFrame) }
    }

    /// Reads the next bytes of the line, and hands out each frame that they complete.
    public mutating func push(_ bytes: [UInt8], _ onFrame: (borrowing TICFrame) -> Void) {
        push(bytes.span, onFrame)
    }

    /// Ends the capture: hands out the frame that is open, if it has anything, and begins anew.
    ///
    /// The quality goes on.
    public mutating func finish(_ onFrame: (borrowing TICFrame) -> Void) {
        if count > 0 || flaw == .overlong { endGroup(count, sum, onFrame) }
        (count, sum, flaw) = (0, 0, .none)
        if place == .inside || place == .undecided { deliver(.endOfCapture, onFrame) }
        (place, framing) = (.outside, .unknown)
    }

    /// The group refused last; `nil` if none was.
    public var lastRefusal: TICRefusal? {
        guard let reason = refused.reason else { return nil }
        return TICRefusal(reason: reason, bytes: UnsafeRawBufferPointer(start: refusedGroup, count: refused.count))
    }

    /// The beginning of the second half of the memory.
    var refusedGroup: UnsafeMutableRawPointer { group + Self.longestGroup + 2 * Self.margin }
}

// Safe because the decoder cannot be copied and alone owns its memory.
extension TICDecoder: @unchecked Sendable {}

extension TICDecoder {
    /// The flaw of the group being collected, before its checksum is even looked at.
    enum Flaw { case none, parity, overlong }

    /// The place of the line in the stream of frames.
    enum Place {
        /// Between frames: an STX or an address begins one.
        case outside
        /// In a frame.
        case inside
        /// After the ETX of a frame that began with its address and no STX: is it whole, or was it joined in the
        /// middle?
        case undecided
        /// After an EOT: only an STX begins a frame.
        case interrupted
    }

    /// The kind of capture: `marked` when its frames begin with STX.
    enum Framing { case unknown, marked, unmarked }

    /// The group refused last: its text is in the second half of the memory.
    struct Refused {
        var reason: TICRefusal.Reason?
        var count = 0
    }
}
