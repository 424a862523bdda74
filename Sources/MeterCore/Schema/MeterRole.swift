/// What a meter counts for the house: one vocabulary for all kinds of meters, and the value of the tag `role`.
public enum MeterRole: String, Sendable, Hashable, Codable, CaseIterable, Vocabulary {
    /// The whole house where it meets the grid: what is drawn, and what is injected where the meter counts both.
    case `import`
    /// What the house injects into the grid.
    case export
    /// What is produced.
    case production
    /// What one consumer or a part of the house takes.
    case consumption
    /// A battery at the house's alternating current: what it takes and gives.
    case battery
    case water, gas, heat, cooling
    /// Nothing for the energy of the house.
    case other

    /// Words of households and of earlier releases.
    public static let synonyms: [String: MeterRole] = [
        "soutirage": .import, "grid": .import, "réseau": .import, "reseau": .import,
        "injection": .export,
        "consommation": .consumption, "electricity": .consumption, "électricité": .consumption,
        "electricite": .consumption,
        "batterie": .battery, "eau": .water, "gaz": .gas, "chaleur": .heat, "froid": .cooling, "autre": .other,
    ]

    /// What a meter's display shows in this role.
    public enum DisplayUnit: String, Sendable {
        case kilowattHours = "kWh"
        case cubicMetres = "m³"
    }

    public var displayUnit: DisplayUnit {
        switch self {
        case .water, .gas: .cubicMetres
        default: .kilowattHours
        }
    }

    /// Whether it is about electricity, so that the time between two pulses tells a power.
    public var isElectric: Bool {
        switch self {
        case .import, .export, .production, .consumption, .battery: true
        case .water, .gas, .heat, .cooling, .other: false
        }
    }

    /// Whether the register is what a display shows, in `value`, and not watt-hours.
    public var hasDisplay: Bool { !isElectric && self != .other }

    /// Where the readings of such a device go unless the configuration says so; `nil` when it must.
    public var kind: Kind? {
        switch self {
        case .production: .production
        case .battery: .battery
        case .other: nil
        default: .meter
        }
    }

    /// What the readings of a device in this role are.
    ///
    /// - Parameters:
    ///   - fields: the names that are stored.
    ///   - measurement: where they go.
    /// - Returns: `nil` for a device that tells nothing, in a measurement of the user's own.
    public func kind(storing fields: some Sequence<String>, in measurement: Measurement) -> Kind? {
        guard let kind else { return nil }
        let tells = fields.contains { name in Field(rawValue: name).map { kind.tellingFields.contains($0) } ?? false }
        return tells || measurement == kind.measurement ? kind : nil
    }

    /// The name that a field of a meter in this role is stored under.
    ///
    /// A meter counts what it is there for as import, whichever role that is.
    ///
    /// - Parameters:
    ///   - field: as the meter, or the user, calls it.
    ///   - hasExport: whether the meter has a register of its own for the other direction.
    /// - Returns: `nil` for one that says nothing in this role.
    public func stored(_ field: String, hasExport: Bool) -> String? {
        switch (self, Field(rawValue: field)) {
        case (.production, .whIn?): Field.wh.rawValue
        case (.production, .whOut?): nil
        case (.battery, .whIn?): Field.whCharge.rawValue
        case (.battery, .whOut?): Field.whDischarge.rawValue
        case (.export, .whIn?) where !hasExport: Field.whOut.rawValue
        default: field
        }
    }
}
