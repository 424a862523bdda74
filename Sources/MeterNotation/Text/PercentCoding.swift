/// Escapes a text for a place in a URL (RFC 3986): all but ASCII letters, digits, `-`, `_` and `.` become `%2F`.
///
/// `/`, `?`, `&` and `=` are escaped, too, so that the text stays within one part of a path or one value.
public func percentEscaped(_ text: String) -> String { percentEscaped(bytes: text.utf8) }

/// Escapes the bytes of a text in any encoding.
public func percentEscaped(bytes: some Sequence<UInt8>) -> String {
    var escaped = ""
    for byte in bytes {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            escaped.unicodeScalars.append(Unicode.Scalar(byte))
        default: escaped += "%" + byte.digits(2, radix: 16, uppercase: true)
        }
    }
    return escaped
}

/// A text with its escapes resolved; what is no escape stands for itself.
///
/// Bytes that are not UTF-8 become U+FFFD; a `+` stays one, as forms alone write it for a blank.
public func percentDecoded(_ text: some StringProtocol) -> String {
    String(decoding: percentDecoded(bytes: text.utf8), as: UTF8.self)
}

/// Bytes with their escapes resolved; what is no escape stands for itself.
public func percentDecoded(bytes: some Sequence<UInt8>) -> [UInt8] {
    var decoded: [UInt8] = []
    var rest = Array(bytes)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), rest.count >= 2,
            let high = Character(Unicode.Scalar(rest[rest.startIndex])).hexDigitValue,
            let low = Character(Unicode.Scalar(rest[rest.startIndex + 1])).hexDigitValue
        {
            decoded.append(UInt8(high << 4 | low))
            rest = rest.dropFirst(2)
        } else {
            decoded.append(byte)
        }
    }
    return decoded
}
