import MeterCore

/// What the values of a device mean for the house, where the user or a profile says which they are.
enum FieldRole: String, Sendable, CaseIterable {
    /// What one consumer or a part of the house takes.
    case consumption
    /// The whole house, where it meets the grid.
    case grid
    /// What is produced.
    case production
    case water, gas, heat
    /// Nothing for the energy of the house.
    case other

    /// Where the readings go unless the configuration says so; `nil` when it must.
    var measurement: String? {
        switch self {
        case .production: "raw.production"
        case .other: nil
        default: "raw.meter"
        }
    }

    /// What the field `value` counts, for the ledger.
    var display: MeterRegister.Role? {
        switch self {
        case .water: .water
        case .gas: .gas
        case .heat: .heat
        default: nil
        }
    }

    /// What the field `value` is in: m³, or kWh of heat.
    var displayUnit: (quantity: RegisterUnit.Quantity, size: Double)? {
        switch self {
        case .water, .gas: (.volume, 1)
        case .heat: (.energy, 1000)
        default: nil
        }
    }
}
