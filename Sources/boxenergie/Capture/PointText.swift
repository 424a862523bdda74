import MeterCore
import MeterNotation

/// The forms of a point as text.
enum PointText: String {
    /// For people: what it is of, then a line for each value with its unit and its meaning.
    case text
    /// InfluxDB's line protocol.
    case influx

    /// The text of a point, without a line feed at its end; a field without a value is left out.
    func text(of point: Point) -> String {
        var encoder = LineProtocolEncoder(precision: .seconds)
        encoder.append(point)
        let line = encoder.withBytes { String(decoding: $0, as: UTF8.self) }.trimmed
        switch self {
        case .influx: return line
        case .text: return ([Self.head(line, point)] + Self.values(of: point)).joined(separator: "\n")
        }
    }

    /// What a point is of: the measurement, and the tags that tell it from others.
    ///
    /// - Parameters:
    ///   - line: its line protocol, whose first word has the tags.
    ///   - point: the point.
    /// - Returns: `raw.linky: linky, phase 1`.
    private static func head(_ line: String, _ point: Point) -> String {
        var words: [String] = []
        for tag in line.prefix(while: { $0 != " " }).split(separator: ",").dropFirst() {
            let parts = tag.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0] != "site" else { continue }
            words.append(parts[0] == "source" ? String(parts[1]) : Self.word(String(parts[0]), String(parts[1])))
        }
        return "\(point.series.measurement.name): " + words.joined(separator: ", ")
    }

    /// A tag in words.
    private static func word(_ tag: String, _ value: String) -> String {
        switch tag {
        case "phase": said("phase \(value)")
        case "register": said("register \(value)")
        default: "\(tag) \(value)"
        }
    }

    /// A line for each value; the meaning stands where the schema knows it.
    private static func values(of point: Point) -> [String] {
        let columns = (point.series.kind ?? Kind(point.series.measurement))?.columns ?? []
        let rows = zip(point.series.fieldNames, point.values).compactMap { name, value -> (String, String)? in
            guard let value else { return nil }
            let column = columns.first { $0.field.rawValue == name }
            let unit = column.map { $0.unit.isEmpty ? "" : " \($0.unit)" } ?? ""
            return ("  \(name) \(text(value))\(unit)", column.map { said($0.meaning) } ?? "")
        }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { value, meaning in
            guard !meaning.isEmpty else { return value }
            return value + String(repeating: " ", count: width - value.count) + "  " + meaning
        }
    }

    /// A value as people read it, with all its digits.
    private static func text(_ value: FieldValue) -> String {
        switch value {
        case .integer(let number): "\(number)"
        case .float(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .string(let text): text
        }
    }
}
