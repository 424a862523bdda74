/// A batch as it stands in the spool: one header line, which is a comment in line protocol, then the lines themselves.
///
///     # batch database=boxenergie policy=raw precision=s points=12 bytes=1234 crc=89abcdef
///
/// So a spool file can be read by a person, and `influx -import` or `curl` can send it by hand.
enum SpoolRecord {
    static let mark = [UInt8]("# batch ".utf8)

    /// The bytes of a record.
    static func encode(_ batch: Batch) -> [UInt8] {
        let header =
            "# batch database=\(escaped(batch.database)) policy=\(escaped(batch.policy.name))"
            + " precision=\(batch.precision.rawValue) points=\(batch.points) bytes=\(batch.lines.count)"
            + " crc=\(String(1 << 32 | UInt64(checksum(batch.lines)), radix: 16).dropFirst())\n"
        return [UInt8](header.utf8) + batch.lines
    }

    /// What stands at an offset of a file.
    enum Found {
        /// A whole record and where the next one starts.
        case record(Batch, end: Int)
        /// Not a record; one may start at this later offset, or nowhere.
        case damage(next: Int?)
    }

    /// Reads the record at an offset, or finds where the next one could start.
    static func decode(_ bytes: [UInt8], at start: Int) -> Found {
        guard bytes[start...].starts(with: mark), let line = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else {
            return .damage(next: next(bytes, after: start))
        }
        var fields: [Substring: Substring] = [:]
        for word in String(decoding: bytes[(start + mark.count)..<line], as: UTF8.self).split(separator: " ") {
            guard let equals = word.firstIndex(of: "=") else { continue }
            fields[word[..<equals]] = word[word.index(after: equals)...]
        }
        guard let count = fields["bytes"].flatMap({ Int($0) }), count >= 0, count <= bytes.count - line - 1,
            let points = fields["points"].flatMap({ Int($0) }),
            let precision = fields["precision"].flatMap({ Precision(rawValue: String($0)) }),
            let crc = fields["crc"].flatMap({ UInt32($0, radix: 16) }),
            let database = fields["database"], let policy = fields["policy"]
        else { return .damage(next: next(bytes, after: start)) }
        let lines = [UInt8](bytes[(line + 1)..<(line + 1 + count)])
        guard checksum(lines) == crc, lines.count(where: { $0 == UInt8(ascii: "\n") }) == points else {
            return .damage(next: next(bytes, after: start))
        }
        let batch = Batch(
            database: unescaped(database),
            policy: RetentionPolicy(unescaped(policy)),
            precision: precision,
            lines: lines,
            points: points
        )
        return .record(batch, end: line + 1 + count)
    }

    private static func next(_ bytes: [UInt8], after start: Int) -> Int? {
        var index = start
        while let feed = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) {
            index = feed + 1
            if bytes[index...].starts(with: mark) { return index }
        }
        return nil
    }

    /// CRC-32 as in zlib and Ethernet.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes { crc = crcTable[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ (crc >> 8) }
        return ~crc
    }

    private static let crcTable: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? 0xEDB8_8320 ^ (crc >> 1) : crc >> 1 }
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
            if byte == UInt8(ascii: "%"), let value = UInt8(Substring(rest.prefix(2)), radix: 16) {
                bytes.append(value)
                rest.removeFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
