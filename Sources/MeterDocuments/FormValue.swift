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
        var text: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): text.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2)
                let isEscape = digits.count == 2 && digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
                if isEscape, let escaped = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) {
                    text.append(escaped)
                    rest = rest.dropFirst(2)
                } else {
                    text.append(byte)
                }
            default: text.append(byte)
            }
        }
        return trimmed(String(decoding: DocumentText.utf8(text), as: UTF8.self))
    }
}
