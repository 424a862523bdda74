import MeterNotation

/// Counts what is in XML or HTML before libxml2 reads it, in one pass: see `DocumentLimits`.
///
/// The counts are never smaller than those of libxml2, whatever is broken: each `<` counts as an element wherever it
/// stands, and nothing else in quotes, comments and scripts is passed over unless all versions of libxml2 do so.
struct MarkupCensus {
    private let bytes: [UInt8]
    /// True for HTML, whose quotes may hold anything, and whose scripts are no markup.
    private let isHTML: Bool
    private var place = 0
    /// The attributes of all elements.
    private var attributes = 0

    /// Looks at a document.
    ///
    /// - Throws: `DocumentError.tooMuch` for more than a limit.
    static func check(_ bytes: [UInt8], isHTML: Bool) throws(DocumentError) {
        var census = MarkupCensus(bytes, isHTML)
        try census.countElements()
        try census.run()
    }

    private init(_ bytes: [UInt8], _ isHTML: Bool) { (self.bytes, self.isHTML) = (bytes, isHTML) }

    private func countElements() throws(DocumentError) {
        var (elements, entities) = (0, 0)
        for place in bytes.indices {
            if bytes[place] == UInt8(ascii: "&") {
                entities += 1
            } else if bytes[place] == UInt8(ascii: "<"), byte(place + 1) != UInt8(ascii: "/") {
                elements += 1
            }
        }
        guard elements <= DocumentLimits.elements else { throw .tooMuch("elements", DocumentLimits.elements) }
        guard entities <= DocumentLimits.elements else { throw .tooMuch("entities", DocumentLimits.elements) }
    }

    private mutating func run() throws(DocumentError) {
        while let start = bytes[place...].firstIndex(of: UInt8(ascii: "<")) {
            place = start + 1
            if isNext("!--") {
                try comment()
            } else if isHTML {
                // What begins with anything else has no attributes, and no quotes that count.
                if isNameStart(byte(place)) { try tagOfHTML() }
            } else if bytes[place...].starts(with: "![CDATA[".utf8) {
                pass("]]>")
            } else {
                try tagOfXML()
            }
        }
    }

    // MARK: - Bytes

    /// The byte at a place; 0 behind the last one.
    private func byte(_ place: Int) -> UInt8 { place < bytes.count ? bytes[place] : 0 }

    /// True for what libxml2 takes for space between the parts of a tag.
    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    /// True for the first byte of a name in HTML.
    private func isNameStart(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
            || byte == UInt8(ascii: ".")
    }

    private func isName(_ byte: UInt8) -> Bool {
        isNameStart(byte) || byte.isDigit || byte == UInt8(ascii: "-")
    }

    /// True when a word in small letters comes next, in whatever letters.
    private func isNext(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in
            guard place + word.count <= bytes.count else { return false }
            return word.indices.allSatisfy { index in
                let byte = bytes[place + index]
                return byte == word[index] || byte &- 0x41 < 26 && byte | 0x20 == word[index]
            }
        }
    }

    /// True where libxml2 breaks a comment of XML off, and goes on as if it had ended: a character that XML forbids.
    private var isForbidden: Bool {
        let next = byte(place)
        // U+FFFE and U+FFFF, besides control characters.
        let isNone = next == 0xEF && byte(place + 1) == 0xBF && byte(place + 2) >= 0xBE
        return !isHTML && (next < 0x20 && !isBlank(next) || isNone)
    }

    // MARK: - Parts

    /// Passes everything up to a word and the word; without it all of the rest.
    private mutating func pass(_ word: StaticString) {
        while place < bytes.count {
            if isNext(word) {
                place += word.utf8CodeUnitCount
                return
            }
            if isForbidden { return }
            place += 1
        }
    }

    private mutating func comment() throws(DocumentError) {
        place += 3
        // Newer versions have empty ones of HTML without an end of their own.
        if isHTML, isNext(">") || isNext("->") { return }
        var hyphens = 0
        while place < bytes.count {
            if isNext("-->") || isHTML && isNext("--!>") || isForbidden { return }
            if isNext("--") { hyphens += 1 }
            guard hyphens <= DocumentLimits.hyphens else {
                throw .tooMuch("double hyphens in a comment", DocumentLimits.hyphens)
            }
            place += 1
        }
    }

    /// Counts an attribute, or the name before them.
    ///
    /// - Parameter words: those of the tag.
    /// - Throws: `DocumentError.tooMuch` for more than a limit.
    private mutating func count(_ words: inout Int) throws(DocumentError) {
        words += 1
        attributes += 1
        guard words <= DocumentLimits.attributes else {
            throw .tooMuch("attributes in one element", DocumentLimits.attributes)
        }
        guard attributes <= DocumentLimits.values else { throw .tooMuch("attributes", DocumentLimits.values) }
    }

    /// Counts the words of a tag outside of quotes, of which the first is its name.
    private mutating func tagOfXML() throws(DocumentError) {
        var words = 0
        var isWord = false
        while place < bytes.count {
            let byte = bytes[place]
            switch byte {
            case UInt8(ascii: "<"), UInt8(ascii: ">"): return
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                // Without its end it is no quote: what follows is counted.
                let end = bytes[(place + 1)...].firstIndex { $0 == byte || $0 == UInt8(ascii: "<") }
                if let end, bytes[end] == byte { place = end }
                isWord = false
            case 0...0x20, UInt8(ascii: "/"), UInt8(ascii: "="): isWord = false
            default:
                if !isWord { try count(&words) }
                isWord = true
            }
            place += 1
        }
    }

    /// Counts the name of a tag and its attributes up to its end, and passes the script or the style that it begins.
    private mutating func tagOfHTML() throws(DocumentError) {
        let isScript = isNext("script") && !isName(byte(place + 6))
        let isStyle = isNext("style") && !isName(byte(place + 5))
        var words = 0
        while place < bytes.count, bytes[place] != UInt8(ascii: ">") {
            if bytes[place] <= 0x20 {
                place += 1
            } else {
                try count(&words)
                try attribute(&words)
            }
        }
        // `<script/>` is empty in some versions.
        guard place < bytes.count, bytes[place - 1] != UInt8(ascii: "/") else { return }
        if isScript { pass("</script") } else if isStyle { pass("</style") }
    }

    /// Passes an attribute of HTML; a quote is one only where its value begins behind a name that all versions know.
    private mutating func attribute(_ words: inout Int) throws(DocumentError) {
        guard isNameStart(bytes[place]) else { return passWord() }
        let start = place
        while isName(byte(place)) {
            place += 1
            // libxml2 begins another name behind so many bytes.
            if (place - start).isMultiple(of: 100) { try count(&words) }
        }
        let end = byte(place)
        guard isBlank(end) || end == UInt8(ascii: "=") else { return passWord() }
        while isBlank(byte(place)) { place += 1 }
        guard byte(place) == UInt8(ascii: "=") else { return }
        place += 1
        while isBlank(byte(place)) { place += 1 }
        let quote = byte(place)
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return passWord() }
        // Without its end it is no quote: what follows is counted.
        let close = bytes[(place + 1)...].firstIndex { $0 == quote || $0 == 0 }
        place = close.map { bytes[$0] == quote ? $0 : place } ?? place
        place += 1
    }

    /// Passes what comes before the next space or the end of the tag.
    private mutating func passWord() {
        while place < bytes.count, bytes[place] > 0x20, bytes[place] != UInt8(ascii: ">") { place += 1 }
    }
}
