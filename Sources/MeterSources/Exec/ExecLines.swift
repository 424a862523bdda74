import MeterCore
import MeterDocuments

/// Makes points of what a program prints.
struct ExecLines {
    private let payload: PayloadSettings
    private let context: SourceContext
    private var points: FieldPoints?
    private var series: Set<String> = []

    init(_ payload: PayloadSettings, _ context: SourceContext) {
        (self.payload, self.context) = (payload, context)
        if case .fields(let map, let role, let kind, let measurement) = payload.content {
            points = FieldPoints(map.fields, role: role, kind: kind, measurement, context)
        }
    }

    /// The points of a line, or of all that was printed in one run.
    mutating func reading(_ bytes: [UInt8], at time: Timestamp) -> FieldReading {
        do {
            switch payload.content {
            case .lines(let rules):
                return FieldReading(points: try rules.points(in: bytes, context, at: time, known: &series))
            case .fields(let map, _, _, _):
                let document = try map.document(bytes)
                return points?.reading(at: time, monotonic: .now) { field in
                    field.place.flatMap { document.value(at: $0) }
                } ?? FieldReading()
            }
        } catch {
            let start = String(decoding: bytes.prefix(80), as: UTF8.self)
            return FieldReading(problems: ["\(error): \(start)"])
        }
    }
}
