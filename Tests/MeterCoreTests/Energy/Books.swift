import MeterCore

/// A ledger and what a database would hold of its points: a later value of a field takes the place of an earlier one.
struct Books {
    struct Key: Hashable {
        var series: String
        var time: Int64
    }

    var ledger: Ledger
    private(set) var rows: [Key: [String: FieldValue]] = [:]
    private(set) var events: [EnergyEvent] = []
    private(set) var pointCount = 0

    init(_ ledger: Ledger = Ledger(Ledger.Settings())) { self.ledger = ledger }

    mutating func learn(_ meter: String, _ time: Int64, _ facts: Fact..., serial: String? = nil) {
        learn(meter, time, facts, serial: serial)
    }

    mutating func learn(
        _ meter: String,
        _ time: Int64,
        _ facts: [Fact],
        serial: String? = nil,
        notices: Notices? = nil,
        site: SiteFacts? = nil,
        isRecord: Bool = false,
        at now: Int64? = nil,
        _ trust: BoxTime.Trust = .sure,
        clockIs error: Int64 = 0
    ) {
        let remarks = Remarks(serial: serial, notices: notices, site: site)
        let time = Timestamp(seconds: time)
        let reading = Reading(of: meter, facts, at: time, remarks: remarks, isRecord: isRecord)
        take(ledger.learn(reading, at: now.map { Self.present($0, trust, clockIs: error) }))
    }

    mutating func look(at now: Int64, clockIs error: Int64 = 0) {
        take(ledger.look(at: Self.present(now, clockIs: error)))
    }

    private static func present(_ now: Int64, _ trust: BoxTime.Trust = .sure, clockIs error: Int64) -> Present {
        Present(now: Timestamp(seconds: now), trust: trust, distance: error * 1_000_000_000)
    }

    mutating func take(_ lesson: Lesson) {
        events += lesson.events
        for point in lesson.points {
            pointCount += 1
            let series = "\(point.series.measurement.policy).\(point.series.key)"
            let key = Key(series: series, time: point.timestamp.seconds)
            for (name, value) in zip(point.series.fieldNames, point.values) {
                if let value { rows[key, default: [:]][name] = value }
            }
        }
    }

    /// The values of a field, by time.
    func values(_ series: String, _ field: String) -> [Int64: Double] {
        var values: [Int64: Double] = [:]
        for (key, row) in rows where key.series == series {
            if case .float(let value)? = row[field] { values[key.time] = value }
        }
        return values
    }

    func value(_ series: String, _ field: String, at time: Int64) -> Double? { values(series, field)[time] }

    func sum(_ series: String, _ field: String) -> Double { values(series, field).values.reduce(0, +) }

    /// The quarters that are marked as estimated.
    var estimated: Set<Int64> {
        Set(rows.filter { $0.value["estimated"] == .boolean(true) }.map(\.key.time))
    }

    static let energy = "m15.energy,site=maison"
    static let day = "day.energy,site=maison"
    static let month = "day.energy_month,site=maison"
}

extension Fact {
    static func grid(_ value: Double) -> Fact {
        .register(MeterRegister(.import, wrapsAt: 1e9, isDistributors: true), value: value)
    }
    static func export(_ value: Double) -> Fact {
        .register(MeterRegister(.export, wrapsAt: 1e9, isDistributors: true), value: value)
    }
    static func production(_ value: Double) -> Fact { .register(MeterRegister(.production), value: value) }
    static func consumption(_ value: Double) -> Fact { .register(MeterRegister(.consumption), value: value) }
    static func tariff(_ name: String, _ value: Double) -> Fact {
        .register(MeterRegister(.tariff, name: name), value: value)
    }
    /// A meter's display, in kWh or m³, and its pulses.
    static func display(_ value: Double, of role: MeterRole, pulses: Int64? = nil) -> [Fact] {
        let series = Series(.pulse, tags: [("source", "m"), ("role", role.rawValue)])
        let count = pulses.map { FieldValue.integer($0) }
        return Point(series, at: Timestamp(seconds: 0), row: [.value: .float(value), .count: count]).facts
    }
}
