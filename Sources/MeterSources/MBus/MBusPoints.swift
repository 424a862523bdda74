public import MeterCore
public import MeterProtocols

/// Makes a point of a meter's answer.
public struct MBusPoints: Sendable {
    private let fields: [MBusField]
    private let series: Series

    /// Prepares the series.
    public init(_ settings: MBusSettings, context: SourceContext) {
        fields = settings.fields
        series = context.series(settings.measurement, tags: settings.role.tags, fields: fields.map(\.name))
    }

    /// The point of a complete answer; empty when it has none of the fields.
    public func point(of telegrams: [MBusTelegram], at time: Timestamp) -> Point {
        let records = telegrams.flatMap(\.records)
        return Point(series, at: time, fields.map { Self.value($0, records) })
    }

    /// A field's value; none where the meter has no such record or calls it invalid.
    ///
    /// A meter counts parts of a watt-hour at most in its last digit: they are left off, never rounded up.
    private static func value(_ field: MBusField, _ records: [MBusRecord]) -> FieldValue? {
        guard let number = field.selector.value(in: records) else { return nil }
        if field.isInteger {
            return (number.integer ?? Int64(exactly: number.double.rounded(.down))).map { .integer($0) }
        }
        return number.double.isFinite ? .float(number.double) : nil
    }
}
