/// The role of a meter in the house: one vocabulary for all kinds of meters, and the value of the tag `role`.
public enum MeterRole: String, Sendable, Hashable, Codable, CaseIterable, Vocabulary {
    /// The whole house where it meets the grid: its import, and its export where the meter counts both.
    case `import`
    /// The export of the house into the grid, on a meter of its own.
    case export
    /// Production, of panels or of anything else.
    case production
    /// The use of one consumer or of a part of the house.
    case consumption
    /// A battery at the house's alternating current, both ways.
    case battery
    /// Other energies and water: m³ of water and gas, kWh of heat and cold.
    case water, gas, heat, cooling
    /// Nothing for the energy of the house.
    case other

    /// Other words for the roles, of households and of earlier releases.
    public static let synonyms: [String: MeterRole] = [
        "soutirage": .import, "grid": .import, "réseau": .import, "reseau": .import,
        "injection": .export,
        "consommation": .consumption, "electricity": .consumption, "électricité": .consumption,
        "electricite": .consumption,
        "batterie": .battery, "eau": .water, "gaz": .gas, "chaleur": .heat, "froid": .cooling, "autre": .other,
    ]

    /// The unit of a meter's display.
    public enum DisplayUnit: String, Sendable {
        case kilowattHours = "kWh"
        case cubicMetres = "m³"
    }

    /// The unit of the display in this role: m³ for water and gas, kWh for all others.
    public var displayUnit: DisplayUnit {
        switch self {
        case .water, .gas: .cubicMetres
        default: .kilowattHours
        }
    }

    /// True for electricity, where the time between two pulses tells a power.
    public var isElectric: Bool {
        switch self {
        case .import, .export, .production, .consumption, .battery: true
        case .water, .gas, .heat, .cooling, .other: false
        }
    }

    /// True when the register stands as the display shows it, in `value`, and not in watt-hours.
    public var hasDisplay: Bool { !isElectric && self != .other }

    /// The kind of the readings of such a device; `nil` for `other`, whose measurement the configuration must name.
    public var kind: Kind? {
        switch self {
        case .production: .production
        case .battery: .battery
        case .other: nil
        default: .meter
        }
    }

    /// The kind of the readings of a device in this role, by the fields that are stored.
    ///
    /// - Parameters:
    ///   - fields: the names that are stored.
    ///   - measurement: the place of the points.
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
    ///   - hasExport: true when the meter has a register of its own for the other direction.
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
