/// The protocol of a simulated meter's customer output: historique at 1200 Bd, or standard at 9600 Bd.
public enum HouseMode: String, CaseIterable, Sendable { case historique, standard }

/// The contract of a simulated house: one register, off-peak and peak, or the six of Tempo.
public enum HouseTariff: String, CaseIterable, Sendable { case base, hphc, tempo }

/// The settings of a simulated house.
public struct HouseOptions: Sendable {
    /// The TIC's mode; default standard.
    public var mode = HouseMode.standard
    /// The number of phases, 1 or 3; default 1.
    public var phases = 1
    /// True when the meter counts export (`STGE` bit 8); default true.
    ///
    /// Without it the labels of export are missing.
    public var isProducer = true
    /// The contract; default off-peak and peak hours.
    public var tariff = HouseTariff.hphc
    /// The seed of consumption, clouds and Tempo colours; default 1.
    ///
    /// The same seed gives the same house.
    public var seed: UInt64 = 1
    /// The panels' peak power, in W; 0 for a house without any, default 3000.
    public var peakWatts = 3000.0
    /// True when the house has panels, and with them an inverter.
    public var hasPanels: Bool { peakWatts > 0 }
    /// True when the house has a battery at its alternating current, of 5 kWh; default false.
    public var hasBattery = false
    /// True when the house has a hybrid inverter, with 2.5 kWp of panels and 9.6 kWh behind it; default false.
    public var hasHybrid = false
    /// The peak power of its panels, in W.
    static let hybridPeakWatts = 2500.0
    /// True when the water heater has a meter of its own; default false.
    public var hasHeaterMeter = false
    /// True when the water has a meter that can be read; default false.
    public var hasWaterMeter = false
    /// True for a grid whose voltage is too high around noon of every ninth day; default false.
    public var isGridWeak = false
    /// The subscribed power, in kVA; default 9.
    public var subscribedKVA: Int64 = 9
    /// The meter's address, 12 digits: `ADSC` in standard, `ADCO` in historique.
    public var serial = "041976123456"
    /// The delivery point, 14 digits (`PRM`).
    public var prm = "12345678901234"
    /// The import at the start, in Wh, the sum of the supplier's registers.
    public var importStart: Int64 = 12_345_678
    /// The export at the start, in Wh.
    public var exportStart: Int64 = 456_789

    /// A single-phase producer with off-peak hours and 3 kWp of panels.
    public init() {}
}
