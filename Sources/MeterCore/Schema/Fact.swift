/// One thing that a reading says of the energy of the house.
public enum Fact: Sendable, Hashable {
    /// A register's value: Wh of electricity, kWh of heat and cold, m³ of water and gas.
    case register(MeterRegister, value: Double)
    /// The apparent power imported and exported, in VA, as a Linky tells it; `nil` where it does not.
    case apparentPower(import: Int64?, export: Int64?)
    /// The power between the house and the grid, in W: positive for import.
    ///
    /// A meter that is not known to tell both directions says nothing of the export.
    case gridPower(watts: Double, tellsBoth: Bool)
    /// The pulses of a meter so far, and the role that they count in.
    case pulses(Int64, of: MeterRole)
    /// The power that a source produces, in W.
    case production(watts: Double)
    /// The power that a battery gives, in W: negative while it is charged.
    case batteryPower(watts: Double)
    /// The power that the port of a hybrid inverter gives to the house, in W: negative while it takes.
    case portPower(watts: Double)
    /// The state of charge of a battery, from 0 to 100 %.
    case charge(percent: Double)
    /// The subscribed power in VA, and the number of the supplier's register that counts now, from 1.
    case contract(subscribedVA: Int64?, register: Int?)
    /// A phase from 1 to 3: its voltage in V and its apparent power in VA.
    case phase(Int, volts: Double?, va: Double?)
}
