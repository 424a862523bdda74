import MeterNotation

/// A regular expression (POSIX extended, and `\d` for a digit) that finds a value in a text.
///
/// The C library's search begins again behind each byte at which it failed, and Swift's goes back within the text: with
/// both a device's answer of a megabyte may take hours. Ours reads a text once, see `PatternSearch`.
public struct TextPattern: Sendable {
    private let program: PatternProgram

    /// The pattern that a text means; `nil` for an empty text, a back-reference, a mistake or too large a program.
    public init?(_ text: String) {
        guard let program = try? PatternReader.program(text) else { return nil }
        self.program = program
    }

    /// The first group of the first match, or the whole match when the pattern has no group; `nil` without a match.
    ///
    /// A point matches no line end, and `^` and `$` match at each line.
    func value(in bytes: [UInt8]) -> FoundValue? {
        switch PatternSearch.first(program, in: bytes) {
        case .found(let range): .text(String(decoding: bytes[range], as: UTF8.self))
        case .nothing: nil
        case .tooMuch: .unreadable(said("takes too long to find in so long a text"))
        }
    }
}
