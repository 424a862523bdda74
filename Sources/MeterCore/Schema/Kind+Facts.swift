/// The meaning of stored fields for the energy of the house: the one place that knows it.
///
/// The live path, the roll-up from the database, a replayed capture and a simulated house all come through here.
extension Kind {
    /// The Wh at which a register of the TIC starts again at zero: it has nine digits.
    private static let wrap = 1e9

    /// The facts that a reading of this kind tells.
    ///
    /// - Parameters:
    ///   - subject: its tags. A meter without the tag `role`, as earlier releases wrote it, is a consumer.
    ///   - row: its fields.
    /// - Returns: only what is known.
    public func facts(of subject: Subject, in row: some FieldRow) -> [Fact] {
        switch self {
        case .linky: Self.linky(row)
        case .index: Self.index(subject, row)
        case .phase: Self.phase(subject, row)
        case .production: Self.production(row)
        case .pulse: Self.pulse(subject, row)
        case .meter: Self.meter(subject, row)
        case .battery: Self.battery(subject, row)
        case .acPort: Self.acPort(row)
        default: []
        }
    }

    /// The fields that facts are made of.
    public var tellingFields: [Field] {
        switch self {
        case .linky: [.whIn, .whOut, .vaIn, .vaOut, .prefVA, .ntarf]
        case .index: [.wh]
        case .phase: [.v, .vAvg, .va]
        case .production: [.wh, .w]
        case .pulse: [.value, .count]
        case .meter: [.whIn, .whOut, .value, .w]
        case .battery: [.whCharge, .whDischarge, .w, .socPercent]
        case .acPort: [.whOut, .whIn, .w]
        default: []
        }
    }

    /// The telling fields that count for sums and extremes; the others tell what is now.
    ///
    /// Power is one of them: it shapes what a register with coarse steps counts.
    public var bookedFields: [Field] { tellingFields.filter { $0 != .socPercent } }

    /// The telling fields that hold registers.
    public var registers: [Field] {
        tellingFields.filter { [.wh, .whIn, .whOut, .whCharge, .whDischarge, .value, .count].contains($0) }
    }

    /// The kinds whose points tell something of the energy of the house.
    public static let telling = allCases.filter { !$0.tellingFields.isEmpty }

    private static func linky(_ row: some FieldRow) -> [Fact] {
        var facts: [Fact] = []
        let (drawn, injected) = (row.integer(.vaIn), row.integer(.vaOut))
        if drawn != nil || injected != nil { facts.append(.apparentPower(import: drawn, export: injected)) }
        facts += row.register(.whIn, MeterRegister(.import, wrapsAt: wrap, isDistributors: true))
        facts += row.register(.whOut, MeterRegister(.export, wrapsAt: wrap, isDistributors: true))
        // After the registers, which open the quarter that it is noted in.
        let (subscribed, register) = (row.integer(.prefVA), row.integer(.ntarf))
        if subscribed != nil || register != nil {
            facts.append(.contract(subscribedVA: subscribed, register: register.map { Int($0) }))
        }
        return facts
    }

    /// The distributor's registers, D01 to D04, count the same energy a second time and mean nothing here.
    private static func index(_ subject: Subject, _ row: some FieldRow) -> [Fact] {
        guard let name = subject.register, name.first != "D" else { return [] }
        return row.register(.wh, MeterRegister(.tariff, name: name, wrapsAt: wrap, isDistributors: true))
    }

    /// The voltage is that of the moment, else the mean of ten minutes.
    private static func phase(_ subject: Subject, _ row: some FieldRow) -> [Fact] {
        guard let number = subject.phase else { return [] }
        return [.phase(number, volts: row.number(.v) ?? row.number(.vAvg), va: row.number(.va))]
    }

    private static func production(_ row: some FieldRow) -> [Fact] {
        (row.number(.w).map { [.production(watts: $0)] } ?? []) + row.register(.wh, MeterRegister(.production))
    }

    /// A meter of production tells its total among the production, and here its pulses only.
    private static func pulse(_ subject: Subject, _ row: some FieldRow) -> [Fact] {
        guard let role = subject.role else { return [] }
        let pulses = row.integer(.count).map { [Fact.pulses($0, of: role)] } ?? []
        return (role == .production ? [] : display(role, row)) + pulses
    }

    private static func meter(_ subject: Subject, _ row: some FieldRow) -> [Fact] {
        // The total stands in the point of the whole device.
        guard subject.phase == nil else { return [] }
        switch subject.role ?? .consumption {
        case .import:
            let tellsBoth = subject.isSigned || row[.whOut] != nil || row.number(.w) ?? 0 < 0
            return (row.number(.w).map { [.gridPower(watts: $0, tellsBoth: tellsBoth)] } ?? [])
                + row.register(.whIn, MeterRegister(.import)) + row.register(.whOut, MeterRegister(.export))
        case .export: return row.register(.whOut, MeterRegister(.export))
        case .consumption: return row.register(.whIn, MeterRegister(.consumption))
        case .water: return display(.water, row)
        case .gas: return display(.gas, row)
        case .heat: return display(.heat, row)
        case .cooling: return display(.cooling, row)
        case .production, .battery, .other: return []
        }
    }

    private static func battery(_ subject: Subject, _ row: some FieldRow) -> [Fact] {
        guard subject.phase == nil else { return [] }
        return (row.number(.w).map { [.batteryPower(watts: $0)] } ?? [])
            + (row.number(.socPercent).map { [.charge(percent: $0)] } ?? [])
            + row.register(.whCharge, MeterRegister(.charge)) + row.register(.whDischarge, MeterRegister(.discharge))
    }

    private static func acPort(_ row: some FieldRow) -> [Fact] {
        (row.number(.w).map { [.portPower(watts: $0)] } ?? [])
            + row.register(.whOut, MeterRegister(.portOut)) + row.register(.whIn, MeterRegister(.portIn))
    }

    /// A display shows kWh or m³; the ledger keeps electricity in Wh.
    private static func display(_ role: MeterRole, _ row: some FieldRow) -> [Fact] {
        guard let quantity = MeterRegister.Quantity(role), let shown = row.number(.value) else { return [] }
        return [.register(MeterRegister(quantity), value: role.isElectric ? shown * 1000 : shown)]
    }
}

extension MeterRole {
    /// The registers that count for a device in this role; none for `other`.
    public var registers: [Field] { kind?.registers.filter(tells) ?? [] }

    /// True when its power, `w`, is a part of the flows of the house.
    public var tellsFlow: Bool { tells(.w) }

    /// True when a field alone makes a fact.
    private func tells(_ field: Field) -> Bool {
        let subject = Subject { $0 == "role" ? rawValue : nil }
        return !(kind?.facts(of: subject, in: Lone(field: field)) ?? []).isEmpty
    }
}

/// A reading with one field.
private struct Lone: FieldRow {
    let field: Field

    subscript(field: Field) -> FieldValue? { field == self.field ? .float(1) : nil }
}
