import MeterCore

/// Prints points as they come.
final class PointPrinter: PointReceiver {
    private let format: Read.Format

    init(_ format: Read.Format) { self.format = format }

    func append(_ point: Point) {
        switch format {
        case .influx:
            var encoder = LineProtocolEncoder(precision: .seconds)
            encoder.append(point)
            print(encoder.withBytes { String(decoding: $0, as: UTF8.self) }, terminator: "")
        case .text:
            let values = zip(point.series.fieldNames, point.values).compactMap { name, value in
                value.map { "\(name) \(text($0))" }
            }
            print("\(point.series.measurement.name): " + values.joined(separator: ", "))
        }
    }

    private func text(_ value: FieldValue) -> String {
        switch value {
        case .integer(let number): "\(number)"
        case .float(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .string(let text): text
        }
    }
}
