public import MeterCore
public import MeterProtocols

/// Makes a point of a meter's complete answer.
public struct MBusPoints: Sendable {
    /// The fields of the role and those of the configuration.
    private let fields: [MBusField]
    /// The one series of the meter.
    private let series: Series

    /// Prepares the series.
    public init(_ settings: MBusSettings, context: SourceContext) {
        fields = settings.fields
        let kind = settings.role.kind ?? .meter
        let tags =
            switch kind {
            case .production: [("kind", DeviceKind.meter.rawValue)]
            case .meter: [("role", settings.role.rawValue)]
            default: []
            } as [(String, String)]
        series = context.series(settings.measurement, kind: kind, tags: tags, fields: fields.map(\.name))
    }

    /// Makes the point of a complete answer.
    ///
    /// - Parameters:
    ///   - telegrams: the answer.
    ///   - time: of the answer.
    ///   - held: the fields that are not believed.
    /// - Returns: a point, empty when the meter has none of the fields.
    public func point(of telegrams: [MBusTelegram], at time: Timestamp, without held: Set<String> = []) -> Point {
        let records = telegrams.flatMap(\.records)
        let values = fields.map { held.contains($0.name) ? nil : Self.value($0, records) }
        var point = Point(series, at: time, values)
        if let serial = telegrams.first?.header?.meter?.digits { point.remarks = Remarks(serial: serial) }
        return point
    }

    /// A field's value; `nil` where the meter has no such record or calls it invalid.
    ///
    /// Meters count fractions of a watt-hour at most in their last digit: they are cut off, never rounded up.
    private static func value(_ field: MBusField, _ records: [MBusRecord]) -> FieldValue? {
        guard let number = field.selector.value(in: records) else { return nil }
        if field.isInteger {
            return (number.integer ?? Int64(exactly: number.double.rounded(.down))).map { .integer($0) }
        }
        let value = field.isTurned ? -number.double : number.double
        return value.isFinite ? .float(value) : nil
    }
}
