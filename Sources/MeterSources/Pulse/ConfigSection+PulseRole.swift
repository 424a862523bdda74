import MeterCore

extension ConfigSection {
    /// The role of a meter that only pulses; it is required.
    func pulseRole() -> MeterRole {
        choice("role", among: pulseRoles, "What the pulses count.", refusal: pulseRefusal)
    }

    /// The role of a meter that may be none that pulses.
    func optionalPulseRole(_ help: String) -> MeterRole? {
        optionalChoice("role", of: MeterRole.self, among: pulseRoles, help, refusal: pulseRefusal)
    }
}

private let pulseRoles = MeterRole.allCases.filter { $0 != .battery && $0 != .other }

private func pulseRefusal(_ role: MeterRole) -> String? {
    switch role {
    case .battery:
        "pulses do not tell what a battery takes from what it gives; count them by two meters as consumption"
    case .other: "the unit of pulses follows from what they count"
    default: nil
    }
}
