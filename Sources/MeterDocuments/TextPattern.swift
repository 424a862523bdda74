import Glibc

/// A regular expression (POSIX extended, and `\d` for a digit) that finds a value in a text.
///
/// The C library's expressions need no backtracking without back-references, which are refused, so that no answer of a
/// device makes a search take for ever. Swift's own may, and would make the program larger.
public final class TextPattern: @unchecked Sendable {
    // Safe because: compiled in `init` and only read afterwards; `regexec` may be called by several threads.
    /// The compiled expression, freed with this object.
    private let expression: UnsafeMutablePointer<regex_t>

    /// The pattern that a text means; `nil` for an empty text, a back-reference or a syntax error.
    public init?(_ text: String) {
        var plain = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "\\", let escaped = rest.popFirst() else {
                plain.append(character)
                continue
            }
            switch escaped {
            case "d": plain += "[0-9]"
            case "1"..."9": return nil
            default: plain += "\\\(escaped)"
            }
        }
        guard !text.isEmpty, !text.utf8.contains(0) else { return nil }
        let compiled = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        guard regcomp(compiled, plain, REG_EXTENDED | REG_NEWLINE) == 0 else {
            compiled.deallocate()
            return nil
        }
        expression = compiled
    }

    deinit {
        regfree(expression)
        expression.deallocate()
    }

    /// The first group of the first match, or the whole match when the pattern has no group; `nil` without a match.
    ///
    /// A point matches no line end, and `^` and `$` match at each line.
    func value(in bytes: [UInt8]) -> FoundValue? {
        var text = bytes.map { CChar(bitPattern: $0) }
        text.append(0)
        var matches = [regmatch_t](repeating: regmatch_t(rm_so: -1, rm_eo: -1), count: 2)
        guard regexec(expression, text, matches.count, &matches, 0) == 0 else { return nil }
        let match = expression.pointee.re_nsub > 0 ? matches[1] : matches[0]
        guard match.rm_so >= 0, match.rm_eo >= match.rm_so, Int(match.rm_eo) <= bytes.count else { return nil }
        return .text(String(decoding: bytes[Int(match.rm_so)..<Int(match.rm_eo)], as: UTF8.self))
    }
}
