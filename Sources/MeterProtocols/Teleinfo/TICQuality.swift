import MeterNotation

/// The quality of a line: the counts of what a decoder accepted and refused since its beginning.
public struct TICQuality: Sendable, Hashable {
    /// Frames handed out, short ones included.
    public var frames = 0
    /// Short frames among them: a three-phase meter in historique, while a phase exceeds.
    public var shortFrames = 0
    /// Good groups in frames.
    public var groups = 0
    /// Good groups outside of any frame: the capture began in the middle of one, or an EOT dropped it.
    public var groupsOutsideFrames = 0
    /// Good groups whose label the frame had already: the last one counts.
    public var duplicates = 0
    /// Groups refused for their checksum, or too mutilated to have one.
    public var badChecksum = 0
    /// Groups with a good checksum refused for a wrong length, a forbidden character or an impossible date.
    public var badValue = 0
    /// Groups with a good checksum whose label no meter sends, or not in this mode.
    public var unknownLabel = 0
    /// The names of those labels with their counts: those that come most, at most twelve.
    public private(set) var unknownLabels: [String: Int] = [:]
    /// Groups refused because they were longer than any group.
    public var overlong = 0
    /// Groups refused because a character had an odd number of ones; only when bit 7 carries the parity.
    public var badParity = 0
    /// Characters with an odd number of ones; only when bit 7 carries the parity.
    public var parityErrors = 0
    /// Transmissions cut by the meter, with EOT, to serve a remote reading.
    public var interruptions = 0
    /// Characters outside of any frame that made no good group, and those of overlong groups.
    public var strayBytes = 0

    /// Nothing read yet.
    public init() {}

    /// The names of unknown labels that are remembered.
    private static let mostNames = 12

    /// Counts a group whose label is not known; a name that came once makes room for another one.
    mutating func countUnknown(_ name: String) {
        unknownLabel += 1
        if unknownLabels[name] == nil, unknownLabels.count >= Self.mostNames {
            guard let once = unknownLabels.first(where: { $0.value == 1 })?.key else { return }
            unknownLabels[once] = nil
        }
        unknownLabels[name, default: 0] += 1
    }

    /// The groups refused in frames, for any reason.
    public var refusedGroups: Int { badChecksum + badValue + unknownLabel + overlong + badParity }
}

/// A group that was not accepted, for messages.
public struct TICRefusal: Sendable, Hashable, CustomStringConvertible {
    /// The reasons to refuse a group.
    public enum Reason: UInt8, Sendable {
        /// The checksum is wrong, or the group is too mutilated to have one.
        case checksum
        /// The length is wrong, a character is forbidden, or the date is none.
        case value
        /// No meter sends this label, or not in this mode.
        case unknownLabel
        /// The group is longer than any.
        case overlong
        /// A character has an odd number of ones.
        case parity
    }

    /// The reason to refuse it.
    public let reason: Reason
    /// Its characters, at most 128; HT and other unprintable ones as `\t`, `\x7f`.
    public let text: String

    init(reason: Reason, bytes: UnsafeRawBufferPointer) {
        self.reason = reason
        var text = ""
        for byte in bytes {
            switch byte {
            case 0x09: text += "\\t"
            case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x" + byte.digits(2, radix: 16)
            }
        }
        self.text = text
    }

    /// A sentence such as `bad checksum: PAPP 01640 ,`.
    public var description: String {
        switch reason {
        case .checksum: "bad checksum: \(text)"
        case .value: "bad value: \(text)"
        case .unknownLabel: "unknown label: \(text)"
        case .overlong: "longer than any group: \(text)..."
        case .parity: "parity error: \(text)"
        }
    }
}
