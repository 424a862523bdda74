import MeterCore

/// A table of a profile, or of a source with places of its own, that has the values of one thing.
struct ValueTable {
    /// The name of the table.
    let key: String
    /// The phase, 1 to 3; `nil` for the whole device.
    var phase: Int?
    /// The part of a hybrid inverter; `nil` for the device itself, or its panels.
    var part: DevicePart?

    /// True when a section has at least one of the device or its phases.
    static func isIn(_ settings: ConfigSection, _ whole: String) -> Bool {
        all(whole).contains { settings.contains($0.key) }
    }

    /// All of them.
    ///
    /// - Parameters:
    ///   - whole: the name of the table of the whole device.
    ///   - hasParts: true for a profile, which may be that of a hybrid inverter.
    /// - Returns: that of the device first, then those of its phases and parts.
    static func all(_ whole: String, hasParts: Bool = false) -> [ValueTable] {
        [ValueTable(key: whole)] + (1...3).map { (phase: Int) in ValueTable(key: "phase_\(phase)", phase: phase) }
            + (hasParts ? DevicePart.allCases.map { ValueTable(key: $0.rawValue, part: $0) } : [])
    }
}
