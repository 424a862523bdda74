public import MeterCore
public import MeterProtocols

/// Makes points of a pulse meter's register: when it changed, and at each quarter of an hour.
public struct PulsePoints: Sendable {
    private let settings: PulseSettings
    private let source: String
    private let main: Series
    private let production: Series?
    private var kept: (count: UInt64, value: Double, watts: Double?)?
    private var quarter: Int64?

    /// Prepares the series.
    public init(_ settings: PulseSettings, context: SourceContext) {
        self.settings = settings
        source = context.name
        main = context.series(
            settings.measurement,
            tags: [("role", settings.role.rawValue)],
            fields: ["count", "value", "w", "rejected", "lost"]
        )
        production =
            settings.role == .production
            ? context.series(settings.production, tags: [("kind", "pulse")], fields: ["w", "wh"]) : nil
    }

    /// The points of a register at a time; none when they would say what the last ones said.
    ///
    /// A pulse meter has no serial number for the ledger.
    public mutating func points(of register: PulseRegister, watts: Double?, at time: Timestamp) -> [Point] {
        let value = register.value(pulsesPerUnit: settings.pulsesPerUnit)
        // A tenth of a watt is more than the pulses can tell.
        let watts = watts.map { ($0 * 10).rounded() / 10 }
        let current = (register.count, value, watts)
        let currentQuarter = time.seconds >= 0 ? time.seconds / 900 : 0
        if let kept, kept == current, currentQuarter == quarter { return [] }
        kept = current
        quarter = currentQuarter
        let power = watts.map { FieldValue.float($0) }
        let pulses = Int64(clamping: register.count)
        var points = [
            Point(
                main,
                at: time,
                [
                    .integer(pulses), .float(value), power,
                    .integer(Int64(clamping: register.rejected)), .integer(Int64(clamping: register.lost)),
                ]
            )
        ]
        if let role = MeterRegister.Role(rawValue: settings.role.rawValue) {
            let isProduction = role == .production
            points[0].meaning = Meaning(
                source: source,
                // What it produces is told by the other point.
                isProduction ? [.pulses(pulses, of: role)] : Meaning.Fact.display(value, of: role, pulses: pulses)
            )
        }
        if let production {
            // Half a milliwatt-hour more, or 0.3 kWh would be 299 Wh.
            let wattHours = Int64(exactly: (value * 1000 + 0.0005).rounded(.down))
            var point = Point(production, at: time, [power, wattHours.map { .integer($0) }])
            point.meaning = Meaning(source: source, Meaning.Fact.production(watts: watts, wh: wattHours))
            points.append(point)
        }
        return points
    }
}

/// Whether two readings say the same.
private func == (
    left: (count: UInt64, value: Double, watts: Double?),
    right: (UInt64, Double, Double?)
) -> Bool { left.count == right.0 && left.value == right.1 && left.watts == right.2 }
