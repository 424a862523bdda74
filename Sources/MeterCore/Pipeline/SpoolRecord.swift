/// A batch as it stands in the spool: one header line, which is a comment in line protocol, then the lines themselves.
///
///     # batch crc=89abcdef database=boxenergie policy=raw precision=s points=12 bytes=1234
///
/// So a spool file can be read by a person. The checksum is that of everything behind it, the header's rest included.
enum SpoolRecord {
    static let mark = [UInt8]("# batch crc=".utf8)
    private static let lineFeed = UInt8(ascii: "\n")

    /// The bytes of a record.
    static func encode(_ batch: Batch) -> [UInt8] {
        let header =
            " database=\(escaped(batch.database)) policy=\(escaped(batch.policy.name))"
            + " precision=\(batch.precision.rawValue) points=\(batch.points) bytes=\(batch.lines.count)\n"
        let body = [UInt8](header.utf8) + batch.lines
        return mark + checksum(of: body[...]) + body
    }

    /// Reads the record that starts at an offset.
    ///
    /// - Returns: the batch and where the record ends; `nil` when no whole record stands there.
    static func decode(_ bytes: [UInt8], at start: Int) -> (batch: Batch, end: Int)? {
        let headerStart = start + mark.count + 8
        guard bytes[start...].starts(with: mark), headerStart < bytes.count,
            let headerEnd = bytes[headerStart...].firstIndex(of: lineFeed)
        else { return nil }
        var fields: [Substring: Substring] = [:]
        for word in String(decoding: bytes[headerStart..<headerEnd], as: UTF8.self).split(separator: " ") {
            guard let equals = word.firstIndex(of: "=") else { continue }
            fields[word[..<equals]] = word[word.index(after: equals)...]
        }
        guard let count = fields["bytes"].flatMap({ Int($0) }), (0..<bytes.count - headerEnd).contains(count),
            case let body = bytes[headerStart...(headerEnd + count)],
            bytes[(start + mark.count)..<headerStart].elementsEqual(checksum(of: body)),
            let points = fields["points"].flatMap({ Int($0) }), (0...count).contains(points),
            let precision = fields["precision"].flatMap({ Precision(rawValue: String($0)) }),
            let database = fields["database"], let policy = fields["policy"]
        else { return nil }
        let batch = Batch(
            database: unescaped(database),
            policy: RetentionPolicy(unescaped(policy)),
            precision: precision,
            lines: [UInt8](bytes[(headerEnd + 1)..<(headerEnd + 1 + count)]),
            points: points
        )
        return (batch, headerEnd + 1 + count)
    }

    /// Where the next whole record stands after damage.
    static func next(_ bytes: [UInt8], after start: Int) -> Int? {
        var index = start
        while let found = bytes[(index + 1)...].firstIndex(of: mark[0]) {
            if decode(bytes, at: found) != nil { return found }
            index = found
        }
        return nil
    }

    /// Percent-escapes what would end a word of the header.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "%"), byte != UInt8(ascii: "=") {
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                escaped += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return escaped
    }

    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(Substring(rest.prefix(2)), radix: 16)
            {
                bytes.append(value)
                rest.removeFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
