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

    mutating func learn(_ source: String, _ time: Int64, _ facts: Meaning.Fact...) {
        learn(Meaning(source: source, facts), time)
    }

    mutating func learn(_ meaning: Meaning, _ time: Int64) {
        take(ledger.learn(meaning, at: Timestamp(seconds: time)))
    }

    mutating func take(_ lesson: Lesson) {
        events += lesson.events
        for point in lesson.points {
            pointCount += 1
            var encoder = LineProtocolEncoder(precision: .seconds)
            encoder.append(point)
            let line = encoder.withBytes { String(decoding: $0, as: UTF8.self) }
            let series = "\(point.series.measurement.policy).\(line.prefix { $0 != " " })"
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

extension Meaning.Fact {
    static func grid(_ value: Double, serial: String? = nil) -> Meaning.Fact {
        .register(MeterRegister(.grid, wrapsAt: 1e9), value: value, serial: serial)
    }
    static func export(_ value: Double, serial: String? = nil) -> Meaning.Fact {
        .register(MeterRegister(.export, wrapsAt: 1e9), value: value, serial: serial)
    }
    static func production(_ value: Double) -> Meaning.Fact {
        .register(MeterRegister(.production), value: value, serial: nil)
    }
    static func tariff(_ name: String, _ value: Double) -> Meaning.Fact {
        .register(MeterRegister(.tariff, name: name), value: value, serial: nil)
    }
}
