/// Makes the ledger's points, each series once.
struct LedgerSeries: Sendable {
    private let tags: [(String, String)]
    private var known: [String: Series] = [:]

    private static let totalFields = Totals.Field.allCases.map(\.rawValue)

    init(_ tags: [(String, String)]) { self.tags = tags }

    private mutating func series(
        _ policy: String,
        _ name: String,
        _ fields: [String],
        _ more: [(String, String)] = []
    ) -> Series {
        let key = "\(policy).\(name) \(more)"
        if let series = known[key] { return series }
        let measurement = Measurement(name, in: RetentionPolicy(policy))
        let series = Series(measurement, tags: tags + more, fields: fields)
        known[key] = series
        return series
    }

    mutating func energy(_ quarter: Quarter, _ consumption: Double?) -> Point {
        let series = series(
            "m15",
            "energy",
            ["import_wh", "export_wh", "production_wh", "consumption_wh", "estimated"]
        )
        let energies = [quarter.final(.grid), quarter.final(.export), quarter.final(.production), consumption]
        return Point(series, at: quarter.start, energies.map(rounded) + [.boolean(quarter.isEstimated)])
    }

    mutating func tariff(_ register: String, _ value: Double, _ euros: Double?, at start: Int64) -> Point {
        Point(
            series("m15", "tariff", ["wh", "eur"], [("register", register)]),
            at: start,
            [rounded(value), rounded(euros)]
        )
    }

    /// A part of a source has the number of its device in a tag of its own, as its readings have.
    mutating func meter(
        _ meter: (source: String, role: String),
        _ value: Double?,
        _ count: Double?,
        at start: Int64
    ) -> Point {
        let words = meter.source.split(separator: " ").map(String.init)
        let device = words.count > 1 ? [("device", words[1])] : []
        return Point(
            series("m15", "meter", ["value", "count"], [("source", words[0])] + device + [("role", meter.role)]),
            at: start,
            [rounded(value), rounded(count)]
        )
    }

    mutating func phase(_ phase: Extremes.Phase) -> [Point] {
        let series = series(
            "m15",
            "phase",
            ["v_min", "v_max", "v_avg", "va_max"],
            [("source", phase.source), ("phase", "\(phase.number)")]
        )
        let volts = phase.volts
        let point = Point(
            series,
            at: phase.quarter,
            [volts?.least, volts?.most, volts.map { $0.sum / $0.count }, phase.mostVA].map(rounded)
        )
        return point.isEmpty ? [] : [point]
    }

    mutating func power(_ power: Extremes.Power) -> [Point] {
        let series = series("m15", "power", ["va_max", "pref_va"])
        let point = Point(series, at: power.quarter, [power.mostVA, power.subscribedVA].map(rounded))
        return point.isEmpty ? [] : [point]
    }

    mutating func day(_ phase: Int, _ day: Extremes.Day) -> Point {
        Point(
            series("day", "phase", ["v_min", "v_max", "out_s"], [("phase", "\(phase)")]),
            at: day.start,
            [day.least, day.most, day.secondsOutside].map(rounded)
        )
    }

    /// The points of an hour, a day or a month.
    mutating func total(_ span: Totals.Span, _ calendar: LocalCalendar) -> [Point] {
        let values = Totals.Field.allCases.map { rounded(span.sums[$0]) }
        let series: Series
        switch span.kind {
        case .hour:
            let hour = calendar.hour(span.start)
            let fields = Array(Self.totalFields.prefix(4))
            let hourly = self.series("m15", "hourly", fields, [("hour", hour < 10 ? "0\(hour)" : "\(hour)")])
            let point = Point(hourly, at: span.start, Array(values.prefix(4)))
            return point.isEmpty ? [] : [point]
        case .day: series = self.series("day", "energy", Self.totalFields)
        case .month: series = self.series("day", "energy_month", Self.totalFields)
        }
        let point = Point(series, at: span.start, values)
        return point.isEmpty ? [] : [point]
    }

    mutating func flow(_ flow: Flow) -> Point {
        Point(
            series("raw", "flow", ["production_w", "import_w", "export_w", "consumption_w"]),
            at: flow.time,
            [flow.production, flow.drawn, flow.injected, flow.consumption].map {
                $0.map { .float(($0 * 10).rounded() / 10) }
            }
        )
    }

    mutating func event(_ event: EnergyEvent) -> Point {
        Point(
            series("day", "event", ["title", "text"], [("kind", event.kind.rawValue)]),
            at: event.time,
            [.string(event.title), .string(event.text)]
        )
    }

    mutating func site(_ facts: [(name: String, value: FieldValue?)], at time: Int64) -> Point {
        Point(series("day", "site_info", facts.map(\.name)), at: time, facts.map(\.value))
    }
}

/// A sum without the dust of its additions: to a millionth.
private func rounded(_ value: Double?) -> FieldValue? { value.map { .float(($0 * 1e6).rounded() / 1e6) } }

extension Point {
    fileprivate init(_ series: Series, at seconds: Int64, _ values: [FieldValue?]) {
        self.init(series, at: Timestamp(seconds: seconds), values)
    }
}
