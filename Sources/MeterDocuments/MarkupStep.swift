import CXML

/// A step of a walk through a large document of XML: an element begins or ends, or has text.
public struct MarkupStep {
    public enum Kind: Sendable { case start, end, text }

    public let kind: Kind
    /// The element's name without its prefix; that of the element around a text.
    public let name: String
    /// The name of the element around this one; empty at the outermost.
    public let parent: String
    /// Of a text.
    public let text: String
    private let attributes: [String: String]

    /// The attribute with a name, without its prefix, of an element that begins.
    public subscript(name: String) -> String? { attributes[name] }

    /// Walks through a document from its first element to its last.
    ///
    /// - Parameters:
    ///   - bytes: XML in UTF-8, without a document type.
    ///   - take: takes the steps in their order.
    /// - Throws: `DocumentError`: no library, or not XML to its end.
    public static func walk(_ bytes: [UInt8], _ take: (MarkupStep) -> Void) throws(DocumentError) {
        guard cxml_is_there() else { throw .noLibrary }
        let end = bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { text -> CInt in
                guard let walk = cxml_walk(text.baseAddress, text.count) else { return -1 }
                defer { cxml_walk_end(walk) }
                return steps(walk, take)
            }
        }
        guard end == 0 else { throw .malformed("not XML", at: 0) }
    }

    /// Takes all steps; what the last one was.
    private static func steps(_ walk: UnsafeMutableRawPointer, _ take: (MarkupStep) -> Void) -> CInt {
        var open: [String] = []
        while true {
            let found = cxml_walk_next(walk)
            switch Int(found) {
            case CXML_START, CXML_EMPTY:
                let name = String(cString: cxml_walk_name(walk))
                let parent = open.last ?? ""
                take(MarkupStep(kind: .start, name: name, parent: parent, text: "", attributes: attributes(walk)))
                if Int(found) == CXML_START {
                    open.append(name)
                } else {
                    take(MarkupStep(kind: .end, name: name, parent: parent, text: "", attributes: [:]))
                }
            case CXML_END:
                let name = open.popLast() ?? ""
                take(MarkupStep(kind: .end, name: name, parent: open.last ?? "", text: "", attributes: [:]))
            case CXML_TEXT:
                let text = String(cString: cxml_walk_text(walk))
                let (name, parent) = (open.last ?? "", open.dropLast().last ?? "")
                take(MarkupStep(kind: .text, name: name, parent: parent, text: text, attributes: [:]))
            default: return found
            }
        }
    }

    private static func attributes(_ walk: UnsafeMutableRawPointer) -> [String: String] {
        var found: [String: String] = [:]
        withUnsafeMutablePointer(to: &found) { found in
            cxml_walk_attributes(walk, found) { context, name, value in
                guard let context, let name, let value else { return }
                let found = context.assumingMemoryBound(to: [String: String].self)
                found.pointee[String(cString: name)] = String(cString: value)
            }
        }
        return found
    }
}
