/// What is looked at before toml++ sees a text, and how its complaints are put in plain words.
enum TOMLText {
    /// The most parts a dotted key may have.
    ///
    /// toml++ 3.3 sets no limit and would overflow the stack on a line of a hundred thousand dots.
    private static let maximumParts = 16

    /// What keeps the text from the parser: not UTF-8, or a key of very many parts.
    static func firstProblem(in bytes: [UInt8]) -> TOMLError? {
        if String(validating: bytes, as: UTF8.self) == nil {
            return TOMLError(
                message: "this is not UTF-8 text; save the file as UTF-8",
                position: positionOfBadUTF8(in: bytes)
            )
        }
        if let offset = offsetOfLongKey(in: bytes) {
            return TOMLError(
                message: "more than \(maximumParts) names joined by dots",
                position: position(of: offset, in: bytes)
            )
        }
        return nil
    }

    private static func positionOfBadUTF8(in bytes: [UInt8]) -> SourcePosition {
        var position = SourcePosition.start
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            position.advance(over: scalar == "\n")
        }
        return position
    }

    private static func position(of offset: Int, in bytes: [UInt8]) -> SourcePosition {
        var position = SourcePosition.start
        let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        for byte in bytes[start..<max(start, offset)] where byte & 0xc0 != 0x80 {
            position.advance(over: byte == UInt8(ascii: "\n"))
        }
        return position
    }

    /// Where the dots of one key, outside of strings and comments, exceed the limit.
    private static func offsetOfLongKey(in bytes: [UInt8]) -> Int? {
        var index = 0
        var dots = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "."):
                dots += 1
                if dots >= maximumParts { return index }
            case UInt8(ascii: "#"):
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
                dots = 0
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                index = endOfString(at: index, in: bytes)
                continue
            case UInt8(ascii: "\n"), UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"),
                UInt8(ascii: "{"), UInt8(ascii: "}"):
                dots = 0
            default: break
            }
            index += 1
        }
        return nil
    }

    /// The offset behind the string that begins at `start`.
    private static func endOfString(at start: Int, in bytes: [UInt8]) -> Int {
        let quote = bytes[start]
        let isMultiline = bytes[start...].starts(with: [quote, quote, quote])
        var index = start + (isMultiline ? 3 : 1)
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\") where quote == UInt8(ascii: "\""):
                index += 2
                continue
            case UInt8(ascii: "\n") where !isMultiline: return index
            case quote where !isMultiline: return index + 1
            case quote where bytes[index...].starts(with: [quote, quote, quote]):
                index += 3
                // Up to two quotes may stand before the closing three.
                while index < bytes.count, bytes[index] == quote { index += 1 }
                return index
            default: index += 1
            }
        }
        return bytes.count
    }

    /// A sentence for people from toml++'s description, without the value: it may be a password.
    static func plainWords(_ description: String) -> String {
        var text = Substring(description)
        var scope = ""
        if text.hasPrefix("Error while parsing "), let colon = text.firstRange(of: ": ") {
            scope = String(text[..<colon.lowerBound].dropFirst("Error while parsing ".count))
            text = text[colon.upperBound...]
        }
        for (part, sentence) in sentences where text.contains(part) { return sentence }
        if text.hasPrefix("cannot redefine existing ") {
            return "the same name is set twice: \(text.dropFirst("cannot redefine existing ".count))"
        }
        if text.contains("encountered end-of-file") { return "the file ends in the middle of a \(scope)" }
        if ["string", "key", "table header"].contains(scope) { return "\(scope): \(text)" }
        if scope.contains("integer") || scope.contains("float") {
            return "this number is badly written; a value with a unit goes in quotes, such as \"10s\""
        }
        if scope.contains("date") || scope.contains("time") { return "this date or time is badly written" }
        if scope == "boolean" || text.hasPrefix("'") { return unquotedText }
        return String(text)
    }

    private static let unquotedText = "expected a value such as \"text\", 10 or true; text goes in double quotes"

    private static let sentences: [(part: String, sentence: String)] = [
        ("could not determine value type", unquotedText),
        ("values may not begin with underscores", unquotedText),
        ("expected value, saw", "expected a value after \"=\""),
        ("expected '=', saw", "expected \"=\" after the name of the setting"),
        ("leading zeroes are prohibited", "a number may not begin with 0"),
        ("is not representable", "this number is too large"),
        ("exceeds length limit", "this number is too long"),
        ("numeric value too long", "this number is too long"),
        ("exceeded maximum nested value depth", "too many brackets inside each other"),
        ("unexpected control character", "a control character stands here"),
        ("expected a comment or whitespace", "unexpected text after the value; each setting has a line of its own"),
        ("expected keys, tables", "expected a setting such as name = \"value\", or a [table]"),
        ("unknown escape sequence", "unknown escape after \"\\\"; write \"\\\\\", or put the text in single quotes"),
        ("expected comma or closing ']'", "expected a comma or the closing \"]\" of the list"),
        ("expected comma or closing '}'", "expected a comma or the closing \"}\" of the table"),
        ("multi-line strings are prohibited", "a name may not go over several lines"),
        ("into existing inline table", "a table in braces cannot be added to later"),
        ("tables with blank", "expected a name between the brackets"),
    ]
}

extension SourcePosition {
    fileprivate mutating func advance(over isNewline: Bool) {
        if isNewline {
            self = SourcePosition(line: line + 1, column: 1)
        } else {
            column += 1
        }
    }
}
