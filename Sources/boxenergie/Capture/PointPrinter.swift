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
        case .influx: print(PointText.influx.text(of: point))
        case .json:
            let values = zip(point.series.fieldNames, point.values).compactMap { name, value in
                value.flatMap(number).map { "\"\(name)\":\($0)" }
            }
            print("{\"time\":\(point.timestamp.seconds),\(values.joined(separator: ","))}")
        case .text: print(PointText.text.text(of: point))
        }
    }

    /// A number as JSON has it; `nil` for texts and booleans, which the lines of JSON leave out.
    private func number(_ value: FieldValue) -> String? {
        switch value {
        case .integer(let number): "\(number)"
        case .float(let number): "\(number)"
        case .boolean, .string: nil
        }
    }
}
