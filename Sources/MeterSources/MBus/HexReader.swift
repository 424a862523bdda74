/// Reads bytes written as hexadecimal digits, in pairs or apart, with anything between them.
///
/// Such text comes from logs and web pages: `68 1F 1F 68`, `681F1F68` and `68:1F:1F:68` are the same bytes.
struct HexReader {
    /// The first digit of a pair whose second one has not come yet.
    private var high: UInt8?

    /// True when bytes are hexadecimal text and not raw: no frame begins with a digit.
    static func isHex(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { digit($0) != nil || [9, 10, 13, 32].contains($0) || $0 == UInt8(ascii: ":") }
            && bytes.contains { digit($0) != nil }
    }

    /// The bytes of the next piece of text; a pair may be cut between two pieces.
    mutating func read(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for character in text {
            if let digit = Self.digit(character) {
                if let first = high.take() { bytes.append(first << 4 | digit) } else { high = digit }
            } else if let alone = high.take() {
                bytes.append(alone)
            }
        }
        return bytes
    }

    /// The byte of a last digit that stands alone.
    mutating func finish() -> UInt8? { high.take() }

    /// The value of a hexadecimal digit; `nil` for any other character.
    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
