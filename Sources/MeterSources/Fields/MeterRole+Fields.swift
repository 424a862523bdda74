import MeterCore
import MeterNotation

extension MeterRole {
    /// The schema's word on a field that a user names.
    struct KnownField {
        /// The physical quantity, which decides which units are allowed; `nil` for a field without unit, such as a
        /// state.
        var quantity: Quantity?
        /// The stored unit in units of the quantity: 1000 for a display in kWh, which is an energy in Wh.
        var size = 1.0
        /// True when the database has the field as an integer, whatever `type` says.
        var isInteger: Bool
    }

    /// The schema's word on a field of a device in this role; `nil` for a field of the user's own.
    func known(_ name: String) -> KnownField? {
        guard let field = Field(rawValue: name) else { return nil }
        if field == .value, hasDisplay {
            return displayUnit == .cubicMetres
                ? KnownField(quantity: .volume, isInteger: false)
                : KnownField(quantity: .energy, size: 1000, isInteger: false)
        }
        // The registers of a battery are the user's own fields elsewhere, whatever they are called there.
        let isBatterys = field == .whCharge || field == .whDischarge
        guard !isBatterys || self == .battery else { return nil }
        let kinds: [Kind] = self == .battery ? [.battery, .meter] : [.production, .meter, .pulse]
        return KnownField(quantity: field.quantity, isInteger: field.isInteger(in: kinds))
    }
}

extension MeterRole {
    /// The registers that only phases have and that count as their sum, with the indices of the phases' fields.
    func sums(of fields: [FieldSettings]) -> [(field: String, places: [Int])] {
        guard kind == .meter, isElectric else { return [] }
        return [Field.whIn, .whOut].map(\.rawValue).compactMap { name in
            let places = fields.indices.filter { fields[$0].field == name && fields[$0].part == nil }
            let isByPhase = places.allSatisfy { fields[$0].phase != nil }
            return places.isEmpty || !isByPhase ? nil : (name, places)
        }
    }
}

extension ConfigSection {
    /// The role of a device whose values the user names, read from `role`.
    func role(_ fallback: MeterRole, _ help: Phrase = "What the values mean for the house.") -> MeterRole {
        choice("role", default: fallback, help)
    }

    /// Judges a role by the fields that are read: one that can count none of them is refused.
    ///
    /// A consumer that tells its power only is kept, with a warning: it has no energy that could be counted. Only a role
    /// that the file sets is judged; a default one was not asked for.
    func judgeRole(_ role: MeterRole, fields: [String]) {
        guard contains("role"), role != .other else { return }
        let hasExport = fields.contains(Field.whOut.rawValue)
        let stored = Set(fields.compactMap { role.stored($0, hasExport: hasExport) }.compactMap(Field.init))
        guard stored.isDisjoint(with: role.registers), !role.tellsFlow || !stored.contains(.w) else { return }
        let hasPower = role.isElectric && stored.contains(.w)
        let names = role.registers.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
        report(
            hasPower
                ? "\(role.rawValue) counts \(names), which is not read: the power is stored, no energy is counted"
                : "\(role.rawValue) counts \(names), and nothing that is read is that: choose the role that it has, "
                    + "or leave role out",
            at: "role",
            severity: hasPower ? .warning : .error
        )
    }
}
