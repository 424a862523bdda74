/// The units that a register or another value of a device may have, and what they are in the unit that the schema stores.
enum RegisterUnit {
    /// What a unit measures.
    enum Quantity: String {
        case power = "W", apparentPower = "VA", reactivePower = "var", voltage = "V", current = "A", frequency = "Hz"
        case energy = "Wh", volume = "m³", temperature = "°C", ratio = "1", resistance = "MOhm"
    }

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

    /// What the schema's fields measure.
    private static let fields: [String: Quantity] = [
        "w": .power, "va": .apparentPower, "var": .reactivePower, "v": .voltage, "a": .current, "hz": .frequency,
        "pf": .ratio, "wh": .energy, "wh_in": .energy, "wh_out": .energy, "vdc1": .voltage, "vdc2": .voltage,
        "adc1": .current, "adc2": .current, "temp_c": .temperature, "riso_mohm": .resistance,
    ]

    static func quantity(of field: String) -> Quantity? { fields[field] }

    /// By how much a value in a unit is multiplied for a field of the schema; `nil` when they do not fit.
    static func factor(from unit: String, for field: String) -> Double? {
        fields[field].flatMap { factor(from: unit, to: $0) }
    }

    /// By how much a value in a unit is multiplied to be in a quantity's own; `nil` when they do not fit.
    static func factor(from unit: String, to quantity: Quantity) -> Double? {
        units[unit].flatMap { $0.quantity == quantity ? $0.factor : nil }
    }

    /// The units that a field may have, for messages.
    static func names(for field: String) -> String { fields[field].map { names(of: $0) } ?? "" }

    /// The units of a quantity, for messages.
    static func names(of quantity: Quantity) -> String {
        units.filter { $0.value.quantity == quantity }.sorted { $0.value.factor < $1.value.factor }
            .map { "\"\($0.key)\"" }.joined(separator: ", ")
    }
}
