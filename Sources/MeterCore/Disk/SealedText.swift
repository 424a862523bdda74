/// A text behind a header line that tells its length, with a checksum over both.
///
///     # batch crc=89abcdef database=boxenergie points=12 bytes=1234
///
/// The header is a comment in line protocol, so that a file of such texts can be read by a person. The checksum is that
/// of everything behind it, the header's rest included.
struct SealedText {
    private static let lineFeed = UInt8(ascii: "\n")
    private static let sumLength = 8

    /// The first bytes of each text of this kind: `# state crc=`.
    let mark: [UInt8]

    /// Names a kind of text by one word.
    init(_ kind: String) { mark = [UInt8]("# \(kind) crc=".utf8) }

    /// Puts a header before a text.
    ///
    /// - Parameters:
    ///   - text: the text to seal.
    ///   - fields: more words of the header; no blanks and no `=` in them.
    /// - Returns: the bytes of both.
    func encode(_ text: [UInt8], _ fields: [(name: String, value: String)]) -> [UInt8] {
        let words = fields.map { " \($0.name)=\($0.value)" }.joined()
        let body = [UInt8]("\(words) bytes=\(text.count)\n".utf8) + text
        return mark + checksum(of: body[...]) + body
    }

    /// Reads the text that begins with some bytes.
    ///
    /// - Returns: the header's fields, where the text stands, its end being that of the whole; `nil` when the bytes do
    ///   not begin with a whole text, or it is damaged.
    func decode(_ bytes: ArraySlice<UInt8>) -> (fields: [Substring: Substring], text: Range<Int>)? {
        let sum = bytes.startIndex + mark.count
        let header = sum + Self.sumLength
        guard bytes.starts(with: mark), header < bytes.endIndex,
            let headerEnd = bytes[header...].firstIndex(of: Self.lineFeed)
        else { return nil }
        var fields: [Substring: Substring] = [:]
        for word in String(decoding: bytes[header..<headerEnd], as: UTF8.self).split(separator: " ") {
            guard let equals = word.firstIndex(of: "=") else { continue }
            fields[word[..<equals]] = word[word.index(after: equals)...]
        }
        guard let count = fields["bytes"].flatMap({ Int($0) }), (0..<bytes.endIndex - headerEnd).contains(count),
            bytes[sum..<header].elementsEqual(checksum(of: bytes[header...(headerEnd + count)]))
        else { return nil }
        return (fields, (headerEnd + 1)..<(headerEnd + 1 + count))
    }
}
