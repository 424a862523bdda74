import CXML

/// A document of XML or HTML, read by libxml2, which repairs what is broken in it.
///
/// A place in it is an XPath expression.
final class Markup {
    /// The document of libxml2, freed with this object.
    private let document: UnsafeMutableRawPointer

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - isHTML: true for HTML, in which nothing has to be closed.
    /// - Throws: `DocumentError`: no library, not XML, truncated, entities, or too much.
    init(_ bytes: [UInt8], isHTML: Bool) throws(DocumentError) {
        guard cxml_is_there() else { throw .noLibrary }
        try MarkupCensus.check(bytes, isHTML: isHTML)
        if !isHTML {
            // The parser closes what is open at the end, so that half a number would look whole.
            guard bytes.last(where: { $0 > 0x20 }) == UInt8(ascii: ">") else {
                throw bytes.contains(UInt8(ascii: "<")) ? .truncated : .malformed("not XML", at: 0)
            }
            // Entities can make a small document a huge one.
            if Self.contains(bytes, "<!ENTITY") { throw .entities }
        }
        let parsed = bytes.withUnsafeBufferPointer { text in
            text.withMemoryRebound(to: CChar.self) { cxml_parse($0.baseAddress, $0.count, isHTML) }
        }
        guard let parsed else { throw .malformed(isHTML ? "not HTML" : "not XML", at: 0) }
        document = parsed
    }

    deinit { cxml_free(document) }

    /// The text that an XPath expression finds, of several elements the first; `nil` when it finds none.
    func value(at path: String) -> FoundValue? {
        guard let found = cxml_find(document, path) else { return nil }
        defer { cxml_free_text(found) }
        return .text(String(cString: found))
    }

    /// The names and texts of an element's children, in their order; at most 500 of them.
    func children(of path: String) -> [(name: String, text: String)] {
        var children: [(name: String, text: String)] = []
        while children.count < 500 {
            let child = "(\(path))/*[\(children.count + 1)]"
            guard case .text(let name)? = value(at: "name(\(child))"), !name.isEmpty else { break }
            guard case .text(let text)? = value(at: child) else { break }
            children.append((name, text))
        }
        return children
    }

    /// True when a text is an XPath expression that libxml2 understands.
    static func isPath(_ text: String) -> Bool { !text.isEmpty && !text.utf8.contains(0) && cxml_is_path(text) }

    /// True when the bytes contain a word, in its own case.
    private static func contains(_ bytes: [UInt8], _ word: String) -> Bool {
        let word = Array(word.utf8)
        var start = 0
        while let place = bytes[start...].firstIndex(of: word[0]) {
            if bytes[place...].starts(with: word) { return true }
            start = place + 1
        }
        return false
    }
}
