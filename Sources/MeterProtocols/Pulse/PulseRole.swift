/// What the pulses of a meter count.
public enum PulseRole: String, Sendable, CaseIterable {
    case production, consumption
    case grid = "import"
    case export, water, gas, heat

    /// What the meter's display shows.
    public enum Unit: String, Sendable {
        case kilowattHours = "kWh"
        case cubicMetres = "m³"
    }

    public var unit: Unit {
        switch self {
        case .production, .consumption, .grid, .export, .heat: .kilowattHours
        case .water, .gas: .cubicMetres
        }
    }

    /// Whether the time between two pulses tells an electric power.
    public var isElectric: Bool {
        switch self {
        case .production, .consumption, .grid, .export: true
        case .water, .gas, .heat: false
        }
    }
}
