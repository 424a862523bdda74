import MeterNotation

/// A name and a text of a form, as web pages and small devices send it: `power=640&name=salle+de+bain`.
public struct FormValue: Sendable, Hashable {
    public var name: String
    public var text: String

    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// The values of a form (`application/x-www-form-urlencoded`), in their order.
    ///
    /// What is no escape stands for itself, as servers have always read it.
    public static func all(in bytes: [UInt8]) -> [FormValue] {
        bytes.split(separator: UInt8(ascii: "&")).map { pair in
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            return FormValue(name: unescaped(name), text: unescaped(pair.dropFirst(name.count + 1)))
        }
    }

    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
        let text = percentDecoded(bytes: bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 })
        return String(decoding: DocumentText.utf8(text), as: UTF8.self).trimmed
    }
}
