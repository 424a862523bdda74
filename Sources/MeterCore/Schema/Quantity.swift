/// The quantity that a value measures; the raw value is the unit in which the schema stores it.
public enum Quantity: String, Sendable, Hashable, CaseIterable {
    case power = "W", apparentPower = "VA", reactivePower = "var", voltage = "V", current = "A", frequency = "Hz"
    case energy = "Wh", volume = "m³", temperature = "°C", ratio = "1", resistance = "MOhm"

    /// The units that devices give, each with its factor to the stored unit.
    private static let units: [String: (quantity: Quantity, factor: Double)] = [
        "W": (.power, 1), "kW": (.power, 1000), "MW": (.power, 1_000_000),
        "VA": (.apparentPower, 1), "kVA": (.apparentPower, 1000),
        "var": (.reactivePower, 1), "kvar": (.reactivePower, 1000),
        "mV": (.voltage, 0.001), "V": (.voltage, 1), "kV": (.voltage, 1000),
        "mA": (.current, 0.001), "A": (.current, 1), "kA": (.current, 1000),
        "mHz": (.frequency, 0.001), "Hz": (.frequency, 1),
        "Wh": (.energy, 1), "kWh": (.energy, 1000), "MWh": (.energy, 1_000_000), "Wmin": (.energy, 1.0 / 60),
        "L": (.volume, 0.001), "m³": (.volume, 1),
        "°C": (.temperature, 1), "%": (.ratio, 0.01), "1": (.ratio, 1), "MOhm": (.resistance, 1),
    ]

    /// The factor from a device's unit to the stored one, 1000 for `kWh`; `nil` when it measures something else.
    public func factor(from unit: String) -> Double? {
        Self.units[unit].flatMap { $0.quantity == self ? $0.factor : nil }
    }

    /// The units that devices may give, for messages: `"W", "kW", "MW"`.
    public var unitsInWords: String {
        Self.units.filter { $0.value.quantity == self }.sorted { $0.value.factor < $1.value.factor }
            .map { "\"\($0.key)\"" }.joined(separator: ", ")
    }
}
