import MeterNotation

/// The look at a text before toml++ sees it, and plain words for toml++'s complaints.
enum TOMLText {
    /// Maximum number of parts in a dotted key.
    ///
    /// toml++ 3.3 sets no limit and would overflow the stack on a line of a hundred thousand dots.
    private static let maximumParts = 16

    /// The mark that editors of Windows put first: U+FEFF in UTF-8.
    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    /// The first problem that keeps the text from the parser: no UTF-8, a key of very many parts, a nameless header.
    static func firstProblem(in bytes: [UInt8]) -> TOMLError? {
        if String(validating: bytes, as: UTF8.self) == nil {
            return TOMLError(
                message: said("this is not UTF-8 text; save the file as UTF-8"),
                position: positionOfBadUTF8(in: bytes)
            )
        }
        return firstTrap(in: bytes).map { TOMLError(message: $0.message, position: position(of: $0.offset, in: bytes)) }
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
        let start = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
        for byte in bytes[start..<max(start, offset)] where byte & 0xc0 != 0x80 {
            position.advance(over: byte == UInt8(ascii: "\n"))
        }
        return position
    }

    /// The first place, outside of strings and comments, that toml++ must not see.
    private static func firstTrap(in bytes: [UInt8]) -> (offset: Int, message: String)? {
        var index = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
        var dots = 0
        var depth = 0
        var isLineStart = true
        while index < bytes.count {
            let byte = bytes[index]
            let startsLine = isLineStart
            isLineStart = byte == UInt8(ascii: "\n") || startsLine && isBlank(byte)
            switch byte {
            case UInt8(ascii: "."):
                dots += 1
                if dots >= maximumParts { return (index, said("more than \(maximumParts) names joined by dots")) }
            case UInt8(ascii: "#"):
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
                dots = 0
                continue
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                index = endOfString(at: index, in: bytes)
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if startsLine, depth == 0, let offset = namelessHeader(at: index, in: bytes) {
                    return (offset, said("expected a name of letters, digits, \"-\" and \"_\" between the brackets"))
                }
                depth += 1
                dots = 0
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth = max(0, depth - 1)
                dots = 0
            case UInt8(ascii: "\n"), UInt8(ascii: "="), UInt8(ascii: ","):
                dots = 0
            default: break
            }
            index += 1
        }
        return nil
    }

    /// The place where the name of a table's header should begin and does not; `nil` when it does.
    private static func namelessHeader(at start: Int, in bytes: [UInt8]) -> Int? {
        guard bytes[start] == UInt8(ascii: "[") else { return nil }
        var index = start + 1
        if index < bytes.count, bytes[index] == UInt8(ascii: "[") { index += 1 }
        while index < bytes.count, isBlank(bytes[index]) { index += 1 }
        guard index < bytes.count else { return nil }
        switch bytes[index] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return nil
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): return nil
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return nil
        default: return index
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

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

    /// The error for toml++'s description, in words for people and where the value at fault begins.
    ///
    /// The value itself is never repeated, since it may be a password.
    static func error(_ description: String, at position: SourcePosition, in bytes: [UInt8]) -> TOMLError {
        var text = Substring(description)
        var scope = ""
        if text.hasPrefix("Error while parsing "), let colon = text.firstRange(of: ": ") {
            scope = String(text[..<colon.lowerBound].dropFirst("Error while parsing ".count))
            text = text[colon.upperBound...]
        }
        if scope.hasSuffix("string"), text.contains("control character"),
            position.column > line(of: position, in: bytes).count
        {
            return TOMLError(message: said("the closing quote is missing on this line"), position: position)
        }
        if let slip = TOMLSlip(in: line(of: position, in: bytes), of: bytes) {
            return TOMLError(
                message: said(slip.sentence),
                position: SourcePosition(line: position.line, column: slip.column)
            )
        }
        let message = said(plainWords(text, scope))
        let isAboutWord = message == said(unquotedText) || numberScopes.contains { scope.contains($0) }
        return TOMLError(message: message, position: isAboutWord ? startOfWord(at: position, in: bytes) : position)
    }

    private static let numberScopes = ["integer", "float", "date", "time"]

    private static func plainWords(_ text: Substring, _ scope: String) -> Phrase {
        if text.isEmpty { return "this is not TOML" }
        for (part, sentence) in sentences where text.contains(part) { return sentence }
        if text.hasPrefix("cannot redefine existing ") {
            return "the same name is set twice: \(text.dropFirst("cannot redefine existing ".count))"
        }
        if text.contains("encountered end-of-file") {
            return "the file ends in the middle of a \(scopesInWords[scope] ?? Phrase(verbatim: scope))"
        }
        if scope == "table header", text.hasPrefix("expected ']'") {
            return "expected the closing \"]\" of the table's name"
        }
        if scope.hasSuffix("string") || ["key", "table header"].contains(scope) {
            return "\(scopesInWords[scope] ?? Phrase(verbatim: scope)): \(text)"
        }
        if scope.contains("integer") || scope.contains("float") {
            return "this number is badly written; a value with a unit goes in quotes, such as \"10s\""
        }
        if scope.contains("date") || scope.contains("time") { return "this date or time is badly written" }
        if scope == "boolean" || text.hasPrefix("'") { return unquotedText }
        return Phrase(verbatim: String(text))
    }

    /// The beginning of the word that the position is in or behind: toml++ points to where it gave up.
    private static func startOfWord(at position: SourcePosition, in bytes: [UInt8]) -> SourcePosition {
        let line = line(of: position, in: bytes)
        var column = min(position.column, line.count + 1)
        while column > 1, !" \t=,[{".unicodeScalars.contains(line[column - 2]) { column -= 1 }
        return SourcePosition(line: position.line, column: column)
    }

    /// The characters of the position's line without its end.
    private static func line(of position: SourcePosition, in bytes: [UInt8]) -> [Unicode.Scalar] {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.indices.contains(position.line - 1) else { return [] }
        var line = Array(String(decoding: lines[position.line - 1], as: UTF8.self).unicodeScalars)
        if position.line == 1, line.first == "\u{feff}" { line.removeFirst() }
        if line.last == "\r" { line.removeLast() }
        return line
    }

    private static let scopesInWords = [
        "array": "list" as Phrase, "inline table": "table in braces" as Phrase, "key": "name" as Phrase,
        "key-value pair": "setting" as Phrase, "string": "text" as Phrase, "literal string": "text" as Phrase,
        "table header": "table's name" as Phrase,
    ]

    private static let unquotedText: Phrase =
        "expected a value such as \"text\", 10 or true; text goes in double quotes"

    private static let sentences: [(part: String, sentence: Phrase)] = [
        ("could not determine value type", unquotedText),
        ("values may not begin with underscores", unquotedText),
        ("expected value, saw", "expected a value after \"=\"" as Phrase),
        ("expected '=', saw", "expected \"=\" after the name of the setting" as Phrase),
        ("leading zeroes are prohibited", "a number may not begin with 0" as Phrase),
        ("is not representable", "this number is too large" as Phrase),
        ("exceeds length limit", "this number is too long" as Phrase),
        ("numeric value too long", "this number is too long" as Phrase),
        ("exceeded maximum nested value depth", "too many brackets inside each other" as Phrase),
        ("control character", "a control character stands here, which TOML does not allow" as Phrase),
        ("expected space or tab, saw", "an invisible character stands here; write a plain space" as Phrase),
        ("expected key or closing '}'", "expected the closing \"}\"; a table in braces stays on one line" as Phrase),
        (
            "expected a comment or whitespace",
            "unexpected text after the value; each setting has a line of its own" as Phrase
        ),
        ("expected keys, tables", "expected a setting such as name = \"value\", or a [table]" as Phrase),
        (
            "unknown escape sequence",
            "unknown escape after \"\\\"; write \"\\\\\", or put the text in single quotes" as Phrase
        ),
        ("expected comma or closing ']'", "expected a comma or the closing \"]\" of the list" as Phrase),
        ("expected comma or closing '}'", "expected a comma or the closing \"}\" of the table" as Phrase),
        ("multi-line strings are prohibited", "a name may not go over several lines" as Phrase),
        ("into existing inline table", "a table in braces cannot be added to later" as Phrase),
        ("tables with blank", "expected a name between the brackets" as Phrase),
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
