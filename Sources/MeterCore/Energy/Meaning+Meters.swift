/// What the fields of the meters' points mean, whether they come from the meter or back from the database.
extension Meaning.Fact {
    /// Registers of the TIC have nine digits.
    private static let wrap = 1e9

    /// The facts of a point of `raw.linky`; what is not known is left out.
    public static func linky(
        drawnWh: Int64?,
        injectedWh: Int64?,
        drawnVA: Int64?,
        injectedVA: Int64?,
        subscribedVA: Int64?,
        register: Int64?,
        serial: String? = nil
    ) -> [Meaning.Fact] {
        var facts: [Meaning.Fact] = []
        if drawnVA != nil || injectedVA != nil {
            facts.append(.apparentPower(drawn: drawnVA, injected: injectedVA))
        }
        if let drawnWh {
            facts.append(.register(MeterRegister(.grid, wrapsAt: wrap), value: Double(drawnWh), serial: serial))
        }
        if let injectedWh {
            facts.append(.register(MeterRegister(.export, wrapsAt: wrap), value: Double(injectedWh), serial: serial))
        }
        // After the registers, which open the quarter that it is noted in.
        if subscribedVA != nil || register != nil {
            facts.append(.contract(subscribedVA: subscribedVA, register: register.map { Int($0) }))
        }
        return facts
    }

    /// The fact of a point of `raw.index`.
    ///
    /// The distributor's registers, D01 to D04, count the same energy a second time and mean nothing here.
    public static func index(_ register: String, wh: Int64, serial: String? = nil) -> Meaning.Fact? {
        guard register.first != "D" else { return nil }
        return .register(MeterRegister(.tariff, name: register, wrapsAt: wrap), value: Double(wh), serial: serial)
    }

    /// The fact of a point of `raw.phase`; the voltage is that of the moment, else the mean of ten minutes.
    public static func phase(_ number: Int, volts: Int64?, meanVolts: Int64?, va: Int64?) -> Meaning.Fact {
        .phase(number, volts: (volts ?? meanVolts).map { Double($0) }, va: va.map { Double($0) })
    }

    /// The facts of a point of `raw.production`.
    public static func production(watts: Double?, wh: Int64?, serial: String? = nil) -> [Meaning.Fact] {
        var facts: [Meaning.Fact] = []
        if let watts { facts.append(.production(watts: watts)) }
        if let wh { facts.append(.register(MeterRegister(.production), value: Double(wh), serial: serial)) }
        return facts
    }

    /// What a meter's display shows: the ledger keeps electricity in Wh, heat in kWh, water and gas in m³.
    ///
    /// - Parameters:
    ///   - value: in kWh or m³.
    ///   - role: what it counts.
    ///   - serial: that of the meter, if it tells.
    ///   - pulses: how often it has pulsed, if it does.
    /// - Returns: the register, and that of the pulses.
    public static func display(
        _ value: Double,
        of role: MeterRegister.Role,
        serial: String? = nil,
        pulses: Int64? = nil
    ) -> [Meaning.Fact] {
        let isElectric = [.grid, .export, .production, .consumption].contains(role)
        let register = MeterRegister(role, largestPerHour: role.largestPerHour)
        return [.register(register, value: isElectric ? value * 1000 : value, serial: serial)]
            + (pulses.map { [.pulses($0, of: role)] } ?? [])
    }
}

extension Point {
    /// A point of `raw.production` with what the ledger learns from it: its own power `w` and register `wh`.
    ///
    /// - Parameter source: tells inverters apart.
    /// - Returns: the same point, which means nothing when it has neither.
    public func producing(_ source: String) -> Point {
        func value(_ name: String) -> FieldValue? {
            series.fieldNames.firstIndex(of: name).flatMap { values[$0] }
        }
        var watts: Double?
        if case .float(let number)? = value("w") { watts = number }
        var wattHours: Int64?
        if case .integer(let number)? = value("wh") { wattHours = number }
        let facts = Meaning.Fact.production(watts: watts, wh: wattHours)
        var point = self
        point.meaning = facts.isEmpty ? nil : Meaning(source: source, facts)
        return point
    }
}

extension MeterRegister.Role {
    /// The most that a meter of a house counts in an hour: Wh of electricity, kWh of heat, m³ of water and gas;
    /// of pulses there is no such bound.
    public var largestPerHour: Double {
        switch self {
        case .grid, .export, .production, .tariff, .consumption: 45_000
        case .heat: 100
        case .water: 10
        case .gas: 40
        case .pulses: .infinity
        }
    }
}
