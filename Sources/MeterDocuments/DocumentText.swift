/// Makes UTF-8 of a device's bytes.
enum DocumentText {
    /// The bytes as UTF-8.
    ///
    /// A byte order mark is taken off, as are the zero bytes that small servers send at the end.
    ///
    /// Bytes that are not UTF-8 are Latin-1, whatever the document says of itself: small devices say one and send the
    /// other. UTF-16 is known by its byte order mark.
    static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes, high: 1) }
        if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes, high: 0) }
        var bytes = bytes
        while bytes.last == 0 { bytes.removeLast() }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        if bytes.allSatisfy({ $0 < 0x80 }) || String(validating: bytes, as: UTF8.self) != nil { return bytes }
        return bytes.flatMap { byte in byte < 0x80 ? [byte] : [0xC0 | byte >> 6, 0x80 | byte & 0x3F] }
    }

    /// UTF-8 of UTF-16; `high` is the place of the high byte in a pair, 0 or 1.
    private static func utf16(_ bytes: [UInt8], high: Int) -> [UInt8] {
        let units = stride(from: 2, to: bytes.count - 1, by: 2).map { place in
            UInt16(bytes[place + high]) << 8 | UInt16(bytes[place + 1 - high])
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    /// True when a web page begins here: a login, or an error, where something else was asked for.
    static func isPage(_ bytes: [UInt8]) -> Bool {
        let start = bytes.drop { $0 <= 0x20 }.prefix(15)
        let text = String(decoding: start, as: UTF8.self).lowercased()
        return text.hasPrefix("<!doctype html") || text.hasPrefix("<html")
    }
}
