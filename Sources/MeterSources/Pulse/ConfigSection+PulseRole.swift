import MeterCore
import MeterNotation

extension ConfigSection {
    /// The role of a meter that only pulses; the setting is required.
    func pulseRole() -> MeterRole {
        choice("role", among: pulseRoles, "What the pulses count.", refusal: pulseRefusal)
    }

    /// The role of a meter that may be of a kind without pulses; `nil` when it is not set.
    func optionalPulseRole(_ help: Phrase) -> MeterRole? {
        optionalChoice("role", of: MeterRole.self, among: pulseRoles, help, refusal: pulseRefusal)
    }
}

/// All roles with a unit for pulses.
private let pulseRoles = MeterRole.allCases.filter { $0 != .battery && $0 != .other }

/// The reason for which a role is refused; `nil` for those that pulses can have.
private func pulseRefusal(_ role: MeterRole) -> Phrase? {
    switch role {
    case .battery:
        "pulses do not tell what a battery takes from what it gives; count them by two meters as consumption"
    case .other: "the unit of pulses follows from what they count"
    default: nil
    }
}
