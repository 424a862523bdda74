/// One thing that a reading says of the energy of the house.
public enum Fact: Sendable, Hashable {
    /// A register's value: Wh of electricity, kWh of heat and cold, m³ of water and gas.
    case register(MeterRegister, value: Double)
    /// What the house draws and injects, in VA.
    case apparentPower(import: Int64?, export: Int64?)
    /// What flows between the house and the grid, in W: positive when it is drawn.
    ///
    /// A meter that is not known to tell both directions says nothing of what is injected.
    case gridPower(watts: Double, tellsBoth: Bool)
    /// How often a meter has pulsed, and what it counts.
    case pulses(Int64, of: MeterRole)
    /// What a source produces, in W.
    case production(watts: Double)
    /// What a battery gives, in W: negative while it is charged.
    case batteryPower(watts: Double)
    /// How full a battery is, in percent.
    case charge(percent: Double)
    /// What the contract allows, in VA, and the number of the supplier's register that counts now, from 1.
    case contract(subscribedVA: Int64?, register: Int?)
    /// A phase from 1 to 3: its voltage in V and its apparent power in VA.
    case phase(Int, volts: Double?, va: Double?)
}
