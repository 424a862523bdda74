import MeterCore
import MeterIO

/// InfluxDB's words about lines that it will never take; whatever else it or another server says is no fault of theirs.
///
/// The texts are those of InfluxDB 1.6.7, which 1.8, 2.x and others with its API share. It stores the good lines of what
/// it refuses in part. "partial write" alone means nothing: a full disk is one, too, with all lines dropped.
enum InfluxRefusal {
    /// The words that it has for lines, or for the limits that they exceed.
    private static let words = [
        "unable to parse", "field type conflict", "points beyond retention policy",
        "max-values-per-tag limit exceeded", "max-series-per-database limit exceeded", "invalid field name",
        "invalid tag key", "max key size exceeded",
    ]

    /// The lines that an answer refuses.
    ///
    /// - Parameters:
    ///   - text: the server's words.
    ///   - response: the answer that they are from.
    ///   - batch: the lines that were sent.
    /// - Returns: `nil` when it does not speak of lines.
    static func lines(_ text: String, _ response: TransferResponse, of batch: Batch) -> Refusal? {
        guard words.contains(where: { text.contains($0) }), !text.contains("no space left on") else { return nil }
        if let dropped = number(behind: "dropped=", in: text), dropped > 0, dropped == batch.points { return .all }
        // Of what it can read in part it says "partial write"; version 2 has no such header and refuses the whole.
        if response.headers["x-influxdb-error"] != nil, text.hasPrefix("unable to parse") { return .all }
        if let field = between("input field \"", "\" on measurement \"", in: text),
            let measurement = between("\" on measurement \"", "\" is type ", in: text),
            let type = between("\" is type ", ",", in: text)
        {
            return .field(field, of: measurement, type: type)
        }
        if text.contains("points beyond retention policy") { return .old }
        var texts: Set<String> = []
        for start in text.ranges(of: "unable to parse '") {
            if let end = text[start.upperBound...].firstRange(of: "': ") {
                texts.insert(String(text[start.upperBound..<end.lowerBound]))
            }
        }
        return texts.isEmpty ? .some : .texts(texts)
    }

    private static func between(_ start: String, _ end: String, in text: String) -> String? {
        guard let from = text.firstRange(of: start)?.upperBound,
            let to = text[from...].firstRange(of: end)?.lowerBound
        else { return nil }
        return String(text[from..<to])
    }

    private static func number(behind word: String, in text: String) -> Int? {
        text.ranges(of: word).last.flatMap { Int(text[$0.upperBound...].prefix { $0.isNumber }) }
    }
}
