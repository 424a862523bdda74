/// Counts what is in XML or HTML before libxml2 reads it, in one pass: see `DocumentLimits`.
///
/// Broken parts are counted as generously as they may be read; the counts are never smaller than those of libxml2.
struct MarkupCensus {
    private let bytes: [UInt8]
    /// True for HTML, whose quotes may hold anything, and whose scripts are no markup.
    private let isHTML: Bool
    private var place = 0

    /// Looks at a document.
    ///
    /// - Throws: `DocumentError.tooMuch` for more than a limit.
    static func check(_ bytes: [UInt8], isHTML: Bool) throws(DocumentError) {
        var census = MarkupCensus(bytes, isHTML)
        try census.run()
    }

    private init(_ bytes: [UInt8], _ isHTML: Bool) { (self.bytes, self.isHTML) = (bytes, isHTML) }

    private mutating func run() throws(DocumentError) {
        var (elements, entities) = (0, 0)
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == UInt8(ascii: "&") {
                entities += 1
            } else if byte == UInt8(ascii: "<") {
                if place >= bytes.count || bytes[place] != UInt8(ascii: "/") { elements += 1 }
                if isHTML, isNext("script") {
                    pass("</script")
                } else if isHTML, isNext("style") {
                    pass("</style")
                } else if isNext("!--") {
                    try comment()
                } else if isNext("![cdata[") {
                    pass("]]>")
                } else {
                    try tag()
                }
            }
            guard elements <= DocumentLimits.elements else { throw .tooMuch("elements", DocumentLimits.elements) }
            guard entities <= DocumentLimits.elements else { throw .tooMuch("entities", DocumentLimits.elements) }
        }
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

    /// Passes everything up to a word and the word; without it all of the rest.
    private mutating func pass(_ word: StaticString) {
        while place < bytes.count {
            if isNext(word) {
                place += word.utf8CodeUnitCount
                return
            }
            place += 1
        }
    }

    private mutating func comment() throws(DocumentError) {
        place += 3
        var hyphens = 0
        while place < bytes.count {
            if isNext("-->") {
                place += 3
                return
            }
            if isNext("--") { hyphens += 1 }
            guard hyphens <= DocumentLimits.hyphens else {
                throw .tooMuch("double hyphens in a comment", DocumentLimits.hyphens)
            }
            place += 1
        }
    }

    /// Counts the words of a tag outside of quotes, of which the first is its name.
    private mutating func tag() throws(DocumentError) {
        var words = 0
        var isWord = false
        while place < bytes.count {
            let byte = bytes[place]
            switch byte {
            case UInt8(ascii: "<"): return
            case UInt8(ascii: ">"):
                place += 1
                return
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                // Without its end it is no quote: what follows is counted.
                let end = bytes[(place + 1)...].firstIndex { $0 == byte || $0 == UInt8(ascii: "<") && !isHTML }
                if let end, bytes[end] == byte { place = end }
                isWord = false
            case 0...0x20, UInt8(ascii: "/"), UInt8(ascii: "="): isWord = false
            default:
                if !isWord { words += 1 }
                isWord = true
            }
            guard words <= DocumentLimits.attributes else {
                throw .tooMuch("attributes in one element", DocumentLimits.attributes)
            }
            place += 1
        }
    }
}
