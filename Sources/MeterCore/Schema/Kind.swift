public import MeterNotation

/// A measurement of the schema; the raw value is its policy and its name.
///
/// A name is never changed once released; more kinds and more fields are free.
public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    // Readings of meters.
    /// The main values of a Linky.
    case linky = "raw.linky"
    /// Each phase of a Linky.
    case phase = "raw.phase"
    /// Each register of the supplier's and the distributor's tariffs.
    case index = "raw.index"
    /// Inverters, and meters and pulses of production.
    case production = "raw.production"
    /// Meters that pulse.
    case pulse = "raw.pulse"
    /// Other meters: of a part of the house, of the grid, of water, gas and heat.
    case meter = "raw.meter"
    /// Batteries: at the house's alternating current, or behind the port of a hybrid inverter.
    case battery = "raw.battery"
    /// The ports by which hybrid inverters, with panels and a battery behind them, meet the house's alternating current.
    case acPort = "raw.ac_port"
    /// Thermometers.
    case temperature = "raw.temperature"
    /// The weather of a service or a station.
    case weather = "raw.weather"

    // The box itself, and all that it makes of the readings.
    /// The powers of the house in a slot of ten seconds.
    case flow = "raw.flow"
    /// The state of the box, each minute.
    case box = "raw.box"
    /// The state of each source, each minute.
    case source = "raw.source"
    /// The energies of a quarter of an hour.
    case quarterEnergy = "m15.energy"
    /// The energy of a quarter by register of the tariff.
    case quarterTariff = "m15.tariff"
    /// The extremes of each phase in a quarter.
    case quarterPhase = "m15.phase"
    /// The largest import of a quarter, beside the subscribed power.
    case quarterPower = "m15.power"
    /// The counts of a quarter by each meter but the Linky.
    case quarterMeter = "m15.meter"
    /// The energies of a local hour.
    case hourly = "m15.hourly"
    /// The energies and euros of a local day.
    case dayEnergy = "day.energy"
    /// The energies and euros of a local month.
    case monthEnergy = "day.energy_month"
    /// The extremes of each phase in a local day.
    case dayPhase = "day.phase"
    /// Events for the household.
    case event = "day.event"
    /// Facts about the place.
    case siteInfo = "day.site_info"
    /// The records of the register that can be checked.
    case register = "day.register"

    /// Seconds between two points of the box and of each source, which the box writes itself.
    public static let boxPause: Int64 = 60

    /// The type of a field, for ever: InfluxDB keeps the first one of each shard and refuses the others.
    public enum FieldType: String, Sendable, Hashable { case integer, float, boolean, string }

    /// A field of this kind.
    public struct Column: Sendable, Hashable {
        /// The name of the field.
        public var field: Field
        /// The type under which every release writes it.
        public var type: FieldType
        /// The unit, as people write it; empty where there is none.
        public var unit: String
        /// The meaning in a few words, with the TIC's label where it comes from there.
        public var meaning: Phrase
    }

    /// The measurement of this kind's points, unless a configuration names another one.
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
    /// True when the points of a device that writes these kinds hold it as a whole number.
    public func isInteger(in kinds: [Kind]) -> Bool { kinds.contains { $0.type(of: self) == .integer } }
}
