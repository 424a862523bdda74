import MeterCore

/// A position in a file, with the sum by which the file is known again under any name.
struct FilePosition: Sendable, Hashable {
    /// The number of bytes before the position, 256, whose sum identifies the file.
    static let tailLength = 256

    /// The position in bytes; a line begins there.
    var offset = 0
    /// The number of lines before it.
    var lines = 0
    /// The date of the last line before it, in ns since 1970; `nil` when there was none.
    var last: Int64?
    /// The sum of the bytes just before it.
    var tail: UInt64 = 0

    /// The position as four words, for the memory: `1234 56 - 9e3779b9`.
    var text: String { "\(offset) \(lines) \(last.map { "\($0)" } ?? "-") \(String(tail, radix: 16))" }

    /// The beginning of a file.
    init() {}

    /// Reads such words back; `nil` for any others.
    init?(_ words: [Substring]) {
        guard words.count == 4, let offset = Int(words[0]), let lines = Int(words[1]), offset >= 0, lines >= 0,
            let tail = UInt64(words[3], radix: 16)
        else { return nil }
        (self.offset, self.lines, self.tail) = (offset, lines, tail)
        last = Int64(words[2])
    }
}
