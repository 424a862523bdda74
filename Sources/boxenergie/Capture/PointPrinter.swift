import MeterCore

/// Prints points to standard output as they come.
final class PointPrinter: PointReceiver {
    /// A text for people, InfluxDB's line protocol, or an object with the time and the numbers.
    enum Format { case text, influx, json }

    /// The form of the lines.
    private let format: Format

    /// Makes a printer; nothing is printed yet.
    init(_ format: Format) { self.format = format }

    /// Prints a point as one line; a field without a value is left out.
    func append(_ point: Point) {
        switch format {
        case .influx:
            var encoder = LineProtocolEncoder(precision: .seconds)
            encoder.append(point)
            print(encoder.withBytes { String(decoding: $0, as: UTF8.self) }, terminator: "")
        case .json:
            let values = zip(point.series.fieldNames, point.values).compactMap { name, value in
                value.flatMap(number).map { "\"\(name)\":\($0)" }
            }
            print("{\"time\":\(point.timestamp.seconds),\(values.joined(separator: ","))}")
        case .text:
            let values = zip(point.series.fieldNames, point.values).compactMap { name, value in
                value.map { "\(name) \(text($0))" }
            }
            print("\(point.series.measurement.name): " + values.joined(separator: ", "))
        }
    }

    /// A number as JSON has it; `nil` for texts and booleans, which the lines of JSON leave out.
    private func number(_ value: FieldValue) -> String? {
        switch value {
        case .integer, .float: text(value)
        case .boolean, .string: nil
        }
    }

    /// A value as people read it, with all its digits.
    private func text(_ value: FieldValue) -> String {
        switch value {
        case .integer(let number): "\(number)"
        case .float(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .string(let text): text
        }
    }
}
