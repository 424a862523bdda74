/// Reads JSON (RFC 8259) from UTF-8, and lists with a comma behind the last element, as small devices print them.
///
/// Foundation's decoder hands out only what a type asks for, by throwing at each wrong guess, and takes large numbers
/// for floating-point ones.
struct JSONReader {
    private let bytes: [UInt8]
    /// The place of the next byte, from 0.
    private var place = 0
    /// The number of values so far.
    private var count = 0
    private let limit: Int
    /// Makes less of an object as soon as it is read.
    private let shortening: ((JSONValue) -> JSONValue)?

    /// The document in the bytes.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - limit: the most values that it may have.
    ///   - shortening: makes less of an object as soon as it is read, so that a long list of them needs little memory.
    /// - Returns: its outermost value.
    /// - Throws: `DocumentError`: truncated when the bytes end too early, malformed when they are not exactly one JSON
    ///   value.
    static func read(
        _ bytes: [UInt8],
        atMost limit: Int = DocumentLimits.values,
        shortening: ((JSONValue) -> JSONValue)? = nil
    ) throws(DocumentError) -> JSONValue {
        var reader = JSONReader(bytes: bytes, limit, shortening)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.place == bytes.count else { throw reader.wrong("something follows the end") }
        return value
    }

    private init(bytes: [UInt8], _ limit: Int, _ shortening: ((JSONValue) -> JSONValue)?) {
        (self.bytes, self.limit, self.shortening) = (bytes, limit, shortening)
    }

    /// The byte that comes next; `nil` at the end.
    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    /// The error of a byte that cannot stand here; at the end of the bytes the document is truncated instead.
    private func wrong(_ what: String) -> DocumentError {
        place < bytes.count ? .malformed(what, at: place) : .truncated
    }

    /// Passes the four characters that JSON takes for white space.
    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    /// Passes a byte and white space before it, if it is the next one.
    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        place += 1
        return true
    }

    /// Reads any value.
    private mutating func value(depth: Int) throws(DocumentError) -> JSONValue {
        count += 1
        guard count <= limit else { throw .tooMuch("values", limit) }
        guard depth < DocumentLimits.depth else { throw .malformed("too many brackets inside each other", at: place) }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"):
            let object = JSONValue.object(try members(depth))
            return shortening?(object) ?? object
        case UInt8(ascii: "["): return .array(try elements(depth))
        case UInt8(ascii: "\""): return .string(try string())
        default: return try bare(depth)
        }
    }

    /// Reads a word or a number.
    ///
    /// One that JSON does not know, such as `nan` or `00.0`, spoils its own place and not the whole document.
    private mutating func bare(_ depth: Int) throws(DocumentError) -> JSONValue {
        let start = place
        do throws(DocumentError) {
            let value: JSONValue =
                switch next {
                case UInt8(ascii: "t"): try word("true", .boolean(true))
                case UInt8(ascii: "f"): try word("false", .boolean(false))
                case UInt8(ascii: "n"): try word("null", .null)
                default: .number(try number())
                }
            guard let byte = next, Self.isBare(byte) else { return value }
            throw wrong("not JSON")
        } catch {
            guard depth > 0 else { throw error }
            while let byte = next, Self.isBare(byte) { place += 1 }
            guard place > start, place < bytes.count else { throw error }
            return .unreadable(String(decoding: bytes[start..<place], as: UTF8.self))
        }
    }

    /// True for what words and numbers are made of.
    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Reads `true`, `false` or `null`.
    private mutating func word(_ word: String, _ value: JSONValue) throws(DocumentError) -> JSONValue {
        for byte in word.utf8 {
            guard next == byte else { throw wrong("not JSON") }
            place += 1
        }
        return value
    }

    /// Reads a list, whose last element may have a comma behind it.
    private mutating func elements(_ depth: Int) throws(DocumentError) -> [JSONValue] {
        var elements: [JSONValue] = []
        place += 1
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value(depth: depth + 1))
            let hasMore = take(UInt8(ascii: ","))
            if take(UInt8(ascii: "]")) { return elements }
            guard hasMore else { throw wrong("expected a comma or \"]\"") }
        }
    }

    /// Reads an object's members, of which the last may have a comma behind it.
    private mutating func members(_ depth: Int) throws(DocumentError) -> [(name: String, value: JSONValue)] {
        var members: [(name: String, value: JSONValue)] = []
        place += 1
        if take(UInt8(ascii: "}")) { return members }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw wrong("expected a name in quotes") }
            let name = try string()
            guard take(UInt8(ascii: ":")) else { throw wrong("expected \":\"") }
            members.append((name, try value(depth: depth + 1)))
            let hasMore = take(UInt8(ascii: ","))
            if take(UInt8(ascii: "}")) { return members }
            guard hasMore else { throw wrong("expected a comma or \"}\"") }
        }
    }

    /// Reads a number as it is written: no leading zeros, no plus, and digits on both sides of the point.
    private mutating func number() throws(DocumentError) -> String {
        let start = place
        if next == UInt8(ascii: "-") { place += 1 }
        let first = next
        try digits()
        guard first != UInt8(ascii: "0") || place - start == (bytes[start] == UInt8(ascii: "-") ? 2 : 1) else {
            place = start
            throw wrong("a number begins with 0")
        }
        if next == UInt8(ascii: ".") {
            place += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            place += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func digits() throws(DocumentError) {
        let start = place
        while let byte = next, byte &- UInt8(ascii: "0") < 10 { place += 1 }
        guard place > start else { throw wrong("not JSON") }
    }

    /// Reads a text in quotes, its escapes resolved.
    private mutating func string() throws(DocumentError) -> String {
        place += 1
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                place += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                place += 1
                text += try escaped().utf8
            case 0..<0x20: throw wrong("a control character in a text")
            default:
                text.append(byte)
                place += 1
            }
        }
        throw .truncated
    }

    /// Reads an escape behind its backslash.
    private mutating func escaped() throws(DocumentError) -> String {
        guard let byte = next else { throw .truncated }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(Unicode.Scalar(byte))
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            var units = [try unit()]
            // The second half of a pair; one that is alone becomes the mark for what cannot be read.
            if units[0] & 0xFC00 == 0xD800, bytes[place...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
                place += 2
                units.append(try unit())
            }
            return String(decoding: units, as: UTF16.self)
        default:
            place -= 1
            throw wrong("an unknown escape")
        }
    }

    /// Reads four hexadecimal digits: a unit of UTF-16.
    private mutating func unit() throws(DocumentError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw wrong("an unknown escape")
            }
            unit = unit << 4 | UInt16(digit)
            place += 1
        }
        return unit
    }
}
