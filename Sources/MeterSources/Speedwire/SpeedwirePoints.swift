import MeterCore
import MeterProtocols

/// Makes points of a meter's telegrams: one for the whole meter, and one for each phase.
struct SpeedwirePoints: Sendable {
    /// The fields of the whole meter, as the meter calls them.
    private static let fields: [Field] = [.w, .hz, .pf, .whIn, .whOut]

    private let settings: SpeedwireSettings
    private let whole: Series
    /// The index in `fields` of each value that is stored; the others say nothing in the role.
    private let places: [Int]
    /// None for production, which has no phases.
    private let phases: [Series]
    /// Holds back registers that step back or jump.
    private var gates = EnergyGates()

    /// The number of values held back since the start.
    var held: Int { gates.held }

    /// Prepares the series.
    init(_ settings: SpeedwireSettings, _ context: SourceContext) {
        self.settings = settings
        let role = settings.role
        let names = Self.fields.map { role.stored($0.rawValue, hasExport: true) }
        places = names.indices.filter { names[$0] != nil }
        let stored = names.compactMap { $0 }
        let kind = role.kind(storing: stored, in: settings.measurement)
        func series(_ more: [(String, String)], _ fields: [String]) -> Series {
            var tags = more
            if role == .production { tags.append(("kind", DeviceKind.meter.rawValue)) }
            if kind == .meter { tags.append(("role", role.rawValue)) }
            return context.series(settings.measurement, kind: kind, tags: tags, fields: fields)
        }
        whole = series([], stored)
        let perPhase = [Field.w, .v, .a].map(\.rawValue)
        phases = role == .production ? [] : (1...3).map { series([("phase", "\($0)")], perPhase) }
    }

    /// The points of a telegram; a phase that is not connected has none.
    mutating func points(_ readings: SpeedwireReadings, at time: Timestamp, monotonic: Uptime) -> [Point] {
        // A meter at a battery sees charging as drawn, and the role stores discharging as positive.
        let sign = settings.isInverted != (settings.role == .battery) ? -1.0 : 1
        let (drawn, injected) =
            settings.isInverted ? (readings.injected, readings.drawn) : (readings.drawn, readings.injected)
        func register(_ value: Int64?, _ field: Field) -> FieldValue? {
            gates.believed(value, field.rawValue, step: 1, at: monotonic).map { .integer($0) }
        }
        let values: [FieldValue?] = [
            float(readings.watts.map { $0 * sign }), float(readings.frequency), float(readings.powerFactor),
            register(drawn, .whIn), register(injected, .whOut),
        ]
        var points = [Point(whole, at: time, places.map { values[$0] })]
        for (number, series) in phases.enumerated() {
            let phase = number + 1
            guard let volts = readings.volts(ofPhase: phase) else { continue }
            let watts = readings.watts(ofPhase: phase).map { $0 * sign }
            points.append(Point(series, at: time, [float(watts), .float(volts), float(readings.amps(ofPhase: phase))]))
        }
        return points.filter { !$0.isEmpty }
    }

    /// Begins the registers anew, since another meter speaks now.
    mutating func reset() { gates.reset() }

    /// A number as a field's value; never a zero with a sign.
    private func float(_ number: Double?) -> FieldValue? { number.map { .float($0 == 0 ? 0 : $0) } }
}
