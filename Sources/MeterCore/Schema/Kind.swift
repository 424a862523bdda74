/// A measurement of the schema; the raw value is its policy and its name.
///
/// A name is never changed once released; more kinds and more fields are free.
public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    // Readings of meters.
    case linky = "raw.linky"
    case phase = "raw.phase"
    case index = "raw.index"
    case production = "raw.production"
    case pulse = "raw.pulse"
    case meter = "raw.meter"
    case battery = "raw.battery"
    case temperature = "raw.temperature"
    case weather = "raw.weather"

    // What the box says of itself and makes of the readings.
    case flow = "raw.flow"
    case box = "raw.box"
    case source = "raw.source"
    case quarterEnergy = "m15.energy"
    case quarterTariff = "m15.tariff"
    case quarterPhase = "m15.phase"
    case quarterPower = "m15.power"
    case quarterMeter = "m15.meter"
    case hourly = "m15.hourly"
    case dayEnergy = "day.energy"
    case monthEnergy = "day.energy_month"
    case dayPhase = "day.phase"
    case event = "day.event"
    case siteInfo = "day.site_info"

    /// The type of a field, for ever: InfluxDB keeps the first one of each shard and refuses the others.
    public enum FieldType: String, Sendable, Hashable { case integer, float, boolean, string }

    /// A field of this kind.
    public struct Column: Sendable, Hashable {
        public var field: Field
        public var type: FieldType
        /// The unit, as people write it; empty where there is none.
        public var unit: String
        public var meaning: String
    }

    /// Where the points of this kind go unless a configuration says otherwise.
    public var measurement: Measurement {
        let parts = rawValue.split(separator: ".", maxSplits: 1)
        return Measurement(String(parts[1]), in: RetentionPolicy(String(parts[0])))
    }

    /// The kind of the points that go to a measurement, if that is one of the schema.
    public init?(_ measurement: Measurement) {
        self.init(rawValue: "\(measurement.policy.name).\(measurement.name)")
    }

    /// The names of the fields, in the order of the schema.
    public var fieldNames: [String] { columns.map(\.field.rawValue) }

    /// The type of a field of this kind; `nil` when it has none of that name.
    public func type(of field: Field) -> FieldType? { columns.first { $0.field == field }?.type }
}

extension Field {
    /// Whether the points of a device that writes these kinds hold it as a whole number.
    public func isInteger(in kinds: [Kind]) -> Bool { kinds.contains { $0.type(of: self) == .integer } }
}
