/// A register of a meter: the quantity that it counts, and its bounds.
public struct MeterRegister: Sendable, Hashable {
    /// The quantity that a register counts: Wh of electricity, kWh of heat and cold, m³ of water and gas.
    public enum Quantity: String, Sendable, Hashable, Codable, CaseIterable {
        /// Import from the grid (soutirage).
        case `import`
        /// Export into the grid (injection).
        case export
        /// Production of inverters, or of meters behind them.
        case production
        /// Taken by a battery.
        case charge
        /// Given by a battery.
        case discharge
        /// Given to the house by the port of a hybrid inverter.
        case portOut
        /// Taken from the house by the port of a hybrid inverter.
        case portIn
        /// One register of a tariff, which counts a part of the import.
        case tariff
        /// The use of a part of the house, and the displays of other meters.
        case consumption, water, gas, heat, cooling
        /// Pulses of a meter, whose role is the register's name.
        case pulses
    }

    /// The quantity, which says the unit.
    public var quantity: Quantity
    /// The tag `register`; empty for a meter's only register of a quantity.
    public var name: String
    /// The value at which it starts again at 0; `nil` where that is not known.
    public var wrapsAt: Double?
    /// More than it can ever grow in an hour; a larger step is another meter's register.
    ///
    /// `nil` for pulses.
    public var largestPerHour: Double?
    /// True when the distributor's meter counts it: other meters of the same energy are not added to that.
    public var isDistributors: Bool

    /// Makes a register with the bound of its quantity.
    public init(
        _ quantity: Quantity,
        name: String = "",
        wrapsAt: Double? = nil,
        isDistributors: Bool = false
    ) {
        self.quantity = quantity
        self.name = name
        self.wrapsAt = wrapsAt
        self.isDistributors = isDistributors
        largestPerHour = quantity.largestPerHour
    }
}

extension MeterRegister.Quantity {
    /// The quantity of a display, or of a meter's only register, in a role; `nil` where the role has none.
    public init?(_ role: MeterRole) {
        switch role {
        case .import: self = .import
        case .export: self = .export
        case .production: self = .production
        case .consumption: self = .consumption
        case .water: self = .water
        case .gas: self = .gas
        case .heat: self = .heat
        case .cooling: self = .cooling
        case .battery, .other: return nil
        }
    }

    /// The most that a meter of a house counts in an hour, in its unit; `nil` where there is no such bound.
    ///
    /// 45 kW are more than any French low-voltage connection carries.
    public var largestPerHour: Double? {
        switch self {
        case .import, .export, .production, .charge, .discharge, .portOut, .portIn, .tariff, .consumption: 45_000
        case .heat, .cooling: 100
        case .water: 10
        case .gas: 40
        case .pulses: nil
        }
    }
}
