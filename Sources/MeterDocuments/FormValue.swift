import MeterNotation

/// A name and a text of a form, as web pages and small devices send it: `power=640&name=salle+de+bain`.
public struct FormValue: Sendable, Hashable {
    /// The name before the equals sign, without white space around it.
    public var name: String
    /// The text behind the equals sign, without white space around it; empty where there is none.
    public var text: String

    /// A value with a name.
    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// The values of a form (`application/x-www-form-urlencoded`), in their order.
    ///
    /// A plus is a space and `%E9` a byte; a percent sign without two hexadecimal digits stands for itself, as servers
    /// have always read it. Names may occur more than once.
    ///
    /// - Throws: `DocumentError.tooMuch` for more values than `DocumentLimits.values`.
    public static func all(in bytes: [UInt8]) throws(DocumentError) -> [FormValue] {
        let pairs = bytes.split(separator: UInt8(ascii: "&"), maxSplits: DocumentLimits.values)
        guard pairs.count <= DocumentLimits.values else { throw .tooMuch("values", DocumentLimits.values) }
        return pairs.map { pair in
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            return FormValue(name: unescaped(name), text: unescaped(pair.dropFirst(name.count + 1)))
        }
    }

    /// The text of escaped bytes, UTF-8 or Latin-1.
    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
        let text = percentDecoded(bytes: bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 })
        return String(decoding: DocumentText.utf8(text), as: UTF8.self).trimmed
    }
}
