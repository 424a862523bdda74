import MeterCore

/// How far a file was read, and by what it is known again under whatever name.
struct FilePosition: Sendable, Hashable {
    /// The bytes before the position whose sum identifies the file.
    static let tailLength = 256

    /// In bytes; a line begins there.
    var offset = 0
    /// The lines before it.
    var lines = 0
    /// The date of the last of them, in nanoseconds since 1970.
    var last: Int64?
    /// The sum of the bytes just before it.
    var tail: UInt64 = 0

    /// The sum by which bytes are known again (FNV-1a).
    static func sum(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// As one line of words, for the memory.
    var text: String { "\(offset) \(lines) \(last.map { "\($0)" } ?? "-") \(String(tail, radix: 16))" }

    init() {}

    /// Reads such a line back.
    init?(_ words: [Substring]) {
        guard words.count == 4, let offset = Int(words[0]), let lines = Int(words[1]), offset >= 0, lines >= 0,
            let tail = UInt64(words[3], radix: 16)
        else { return nil }
        (self.offset, self.lines, self.tail) = (offset, lines, tail)
        last = Int64(words[2])
    }
}
