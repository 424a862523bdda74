import MeterNotation

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
                ("database", percentEscaped(batch.database)), ("policy", percentEscaped(batch.policy.name)),
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
            database: percentDecoded(database),
            policy: RetentionPolicy(percentDecoded(policy)),
            precision: precision,
            lines: [UInt8](bytes[lines]),
            points: points
        )
        return (batch, lines.upperBound)
    }

    /// The offset of the next whole record after damage; `nil` when there is none.
    static func next(_ bytes: [UInt8], after start: Int) -> Int? {
        var index = start
        while let found = bytes[(index + 1)...].firstIndex(of: form.mark[0]) {
            if decode(bytes, at: found) != nil { return found }
            index = found
        }
        return nil
    }
}
