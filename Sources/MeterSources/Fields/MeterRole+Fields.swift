import MeterCore

extension MeterRole {
    /// What the schema says of a field that a user names.
    struct KnownField {
        var quantity: Quantity?
        /// What is stored in units of so many of the quantity's own: kWh of a display.
        var size = 1.0
        var isInteger: Bool
    }

    /// What the schema says of a field of a device in this role; `nil` for one of the user's own.
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

extension ConfigSection {
    /// The role of a device whose values the user names.
    func role(_ fallback: MeterRole, _ help: String = "What the values mean for the house.") -> MeterRole {
        choice("role", default: fallback, help)
    }

    /// Warns of a role that counts nothing, since the device has none of the fields that it counts.
    func warnOfIdleRole(_ role: MeterRole, fields: [String]) {
        guard contains("role"), let kind = role.kind else { return }
        let hasExport = fields.contains(Field.whOut.rawValue)
        let stored = Set(fields.compactMap { role.stored($0, hasExport: hasExport) }.compactMap(Field.init))
        let wanted =
            role.hasDisplay
            ? [Field.value] : kind.tellingFields.filter { $0 != .value && $0 != .socPercent }
        guard stored.isDisjoint(with: wanted) else { return }
        let names = wanted.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        report(
            "\(role.rawValue) counts \(names), and none of them is read: nothing is counted",
            at: "role",
            severity: .warning
        )
    }
}
