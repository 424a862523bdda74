/// A batch as it stands in the spool: one header line, which is a comment in line protocol, then the lines themselves.
///
///     # batch crc=89abcdef database=boxenergie policy=raw precision=s points=12 bytes=1234
enum SpoolRecord {
    private static let form = SealedText("batch")

    /// The bytes of a record.
    static func encode(_ batch: Batch) -> [UInt8] {
        form.encode(
            batch.lines,
            [
                ("database", escaped(batch.database)), ("policy", escaped(batch.policy.name)),
                ("precision", batch.precision.rawValue), ("points", "\(batch.points)"),
            ]
        )
    }

    /// Reads the record that starts at an offset.
    ///
    /// - Returns: the batch and where the record ends; `nil` when no whole record stands there.
    static func decode(_ bytes: [UInt8], at start: Int) -> (batch: Batch, end: Int)? {
        guard let (fields, lines) = form.decode(bytes[start...]),
            let points = fields["points"].flatMap({ Int($0) }), (0...lines.count).contains(points),
            let precision = fields["precision"].flatMap({ Precision(rawValue: String($0)) }),
            let database = fields["database"], let policy = fields["policy"]
        else { return nil }
        let batch = Batch(
            database: unescaped(database),
            policy: RetentionPolicy(unescaped(policy)),
            precision: precision,
            lines: [UInt8](bytes[lines]),
            points: points
        )
        return (batch, lines.upperBound)
    }

    /// Where the next whole record stands after damage.
    static func next(_ bytes: [UInt8], after start: Int) -> Int? {
        var index = start
        while let found = bytes[(index + 1)...].firstIndex(of: form.mark[0]) {
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
