/// Makes UTF-8 of what a device sent.
enum DocumentText {
    /// The bytes as UTF-8, without a byte order mark and without the zero bytes that small servers send at the end.
    ///
    /// What is not UTF-8 is Latin-1, whatever it says of itself: small devices say one and send the other.
    static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes, high: 1) }
        if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes, high: 0) }
        var bytes = bytes
        while bytes.last == 0 { bytes.removeLast() }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        if bytes.allSatisfy({ $0 < 0x80 }) || String(validating: bytes, as: UTF8.self) != nil { return bytes }
        return bytes.flatMap { byte in byte < 0x80 ? [byte] : [0xC0 | byte >> 6, 0x80 | byte & 0x3F] }
    }

    private static func utf16(_ bytes: [UInt8], high: Int) -> [UInt8] {
        let units = stride(from: 2, to: bytes.count - 1, by: 2).map { place in
            UInt16(bytes[place + high]) << 8 | UInt16(bytes[place + 1 - high])
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// Whether a web page begins here, where something else was asked for.
    static func isPage(_ bytes: [UInt8]) -> Bool {
        let start = bytes.drop { $0 <= 0x20 }.prefix(15)
        let text = String(decoding: start, as: UTF8.self).lowercased()
        return text.hasPrefix("<!doctype html") || text.hasPrefix("<html")
    }
}
