public import MeterCore
public import MeterProtocols

/// Makes points of a pulse meter's register when it has changed, and at each quarter of an hour.
public struct PulsePoints: Sendable {
    /// The role, the pulses per unit and the measurements.
    private let settings: PulseSettings
    /// The meter's own series, of the kind pulse.
    private let main: Series
    /// The series among the inverters, for the role production only.
    private let production: Series?
    /// The last reading that was made into points.
    private var kept: (count: UInt64, value: Double, watts: Double?)?
    /// The number of its quarter of an hour since 1970.
    private var quarter: Int64?

    /// Prepares the series.
    public init(_ settings: PulseSettings, context: SourceContext) {
        self.settings = settings
        main = context.series(
            settings.measurement,
            kind: .pulse,
            tags: [("role", settings.role.rawValue)]
        )
        production =
            settings.role == .production
            ? context.series(settings.production, kind: .production, tags: [("kind", "pulse")]) : nil
    }

    /// The points of a register at a time; none when they would say what the last ones said.
    ///
    /// - Parameters:
    ///   - register: of the meter.
    ///   - watts: its power now, `nil` for water and gas.
    ///   - time: of the points.
    /// - Returns: the points of the meter and, for the role production, of the inverters.
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
        var points = [
            Point(
                main,
                at: time,
                row: [
                    .count: .integer(Int64(clamping: register.count)), .value: .float(value), .w: power,
                    .rejected: .integer(Int64(clamping: register.rejected)),
                    .lost: .integer(Int64(clamping: register.lost)),
                ]
            )
        ]
        if let production {
            // Half a milliwatt-hour more, or 0.3 kWh would be 299 Wh.
            let wattHours = Int64(exactly: (value * 1000 + 0.0005).rounded(.down))
            points.append(Point(production, at: time, row: [.w: power, .wh: wattHours.map { .integer($0) }]))
        }
        return points
    }
}

/// True when two readings say the same.
private func == (
    left: (count: UInt64, value: Double, watts: Double?),
    right: (UInt64, Double, Double?)
) -> Bool { left.count == right.0 && left.value == right.1 && left.watts == right.2 }
