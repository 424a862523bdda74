public import MeterCore
public import MeterProtocols

/// Makes a point of a meter's answer.
public struct MBusPoints: Sendable {
    private let fields: [MBusField]
    private let role: MBusRole
    private let source: String
    private let series: Series

    /// Prepares the series.
    public init(_ settings: MBusSettings, context: SourceContext) {
        fields = settings.fields
        role = settings.role
        source = context.name
        series = context.series(settings.measurement, tags: settings.role.tags, fields: fields.map(\.name))
    }

    /// Makes the point of a complete answer.
    ///
    /// - Parameters:
    ///   - telegrams: the answer.
    ///   - time: when it came.
    ///   - held: the fields that are not believed.
    /// - Returns: a point, empty when the meter has none of the fields.
    public func point(of telegrams: [MBusTelegram], at time: Timestamp, without held: Set<String> = []) -> Point {
        let records = telegrams.flatMap(\.records)
        let values = fields.map { held.contains($0.name) ? nil : Self.value($0, records) }
        var point = Point(series, at: time, values)
        let facts = facts(point, serial: telegrams.first?.header?.meter?.digits)
        if !facts.isEmpty { point.meaning = Meaning(source: source, facts) }
        return point
    }

    /// What the ledger learns.
    private func facts(_ point: Point, serial: String?) -> [Meaning.Fact] {
        func value(_ name: String) -> FieldValue? {
            fields.firstIndex { $0.name == name }.flatMap { point.values[$0] }
        }
        func number(_ name: String) -> Double? { if case .float(let number)? = value(name) { number } else { nil } }
        func register(_ name: String) -> Int64? { if case .integer(let wh)? = value(name) { wh } else { nil } }
        return switch role {
        case .production: Meaning.Fact.production(watts: number("w"), wh: register("wh"), serial: serial)
        case .electricity:
            register("wh_in").map { [.register(MeterRegister(.consumption), value: Double($0), serial: serial)] } ?? []
        case .heat: number("value").map { Meaning.Fact.display($0, of: .heat, serial: serial) } ?? []
        case .water: number("value").map { Meaning.Fact.display($0, of: .water, serial: serial) } ?? []
        case .gas: number("value").map { Meaning.Fact.display($0, of: .gas, serial: serial) } ?? []
        case .cooling, .other: []
        }
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
