import Testing

@testable import MeterCore

/// What stored fields mean: a row, and the facts that it tells.
@Suite struct FactsTests {
    /// A row of a database, or of a point.
    private struct Row: FieldRow, Sendable {
        var fields: [Field: FieldValue]
        subscript(field: Field) -> FieldValue? { fields[field] }
    }

    private func facts(_ kind: Kind, _ tags: [String: String], _ fields: [Field: FieldValue]) -> [Fact] {
        kind.facts(of: Subject { tags[$0] }, in: Row(fields: fields))
    }

    @Test(
        "each role of a meter counts what it is for, and nothing else",
        arguments: [
            (MeterRole.consumption, [MeterRegister.Quantity.consumption: 10.0]), (.import, [.import: 10, .export: 20]),
            (.export, [.export: 20]), (.water, [.water: 3]), (.gas, [.gas: 3]), (.heat, [.heat: 3]),
            (.cooling, [.cooling: 3]), (.other, [:]),
        ]
    )
    func roles(role: MeterRole, counted: [MeterRegister.Quantity: Double]) {
        let row: [Field: FieldValue] = [.whIn: 10, .whOut: 20, .value: 3.0, .v: 230.0]
        var found: [MeterRegister.Quantity: Double] = [:]
        for case .register(let register, let value) in facts(.meter, ["role": role.rawValue], row) {
            found[register.quantity] = value
            #expect(!register.isDistributors)
        }
        #expect(found == counted)
        #expect(facts(.meter, ["role": role.rawValue, "phase": "1"], row).isEmpty, "the total is the whole device's")
    }

    @Test("a meter without a role, as earlier releases wrote it, is a consumer")
    func withoutRole() {
        #expect(facts(.meter, [:], [.whIn: 10]) == [.register(MeterRegister(.consumption), value: 10)])
    }

    @Test("the voltage of a phase is that of the moment, else the mean of ten minutes")
    func voltage() {
        let phase = ["phase": "2"]
        #expect(facts(.phase, phase, [.v: 231, .vAvg: 229, .va: 40]) == [.phase(2, volts: 231, va: 40)])
        #expect(facts(.phase, phase, [.vAvg: 229]) == [.phase(2, volts: 229, va: nil)])
        #expect(facts(.phase, [:], [.v: 231]).isEmpty)
    }

    @Test("only a meter that tells both directions says that nothing is injected")
    func directions() {
        let grid = ["role": "import"]
        #expect(facts(.meter, grid, [.w: 500.0]).first == .gridPower(watts: 500, tellsBoth: false))
        #expect(facts(.meter, grid, [.w: -500.0]).first == .gridPower(watts: -500, tellsBoth: true))
        #expect(facts(.meter, grid, [.w: 500.0, .whOut: 0]).first == .gridPower(watts: 500, tellsBoth: true))
        let signed = Series(
            Kind.meter.measurement,
            kind: .meter,
            tags: [("source", "a"), ("role", "import")],
            fields: ["w"],
            isSigned: true
        )
        let reading = Point(signed, at: Timestamp(seconds: 1), [.float(500)])
        #expect(reading.facts == [.gridPower(watts: 500, tellsBoth: true)])
    }

    @Test(
        "a pulse meter's display counts in Wh, kWh of heat and m³",
        arguments: [
            (MeterRole.import, MeterRegister.Quantity.import, 1500.0), (.export, .export, 1500),
            (.consumption, .consumption, 1500), (.heat, .heat, 1.5), (.water, .water, 1.5), (.gas, .gas, 1.5),
        ]
    )
    func pulses(role: MeterRole, quantity: MeterRegister.Quantity, value: Double) {
        let found = facts(.pulse, ["role": role.rawValue], [.value: 1.5, .count: 1500])
        #expect(found == [.register(MeterRegister(quantity), value: value), .pulses(1500, of: role)])
    }

    @Test("the pulses of a production are told here, its energy among the production")
    func productionPulses() {
        #expect(facts(.pulse, ["role": "production"], [.value: 1.5, .count: 3]) == [.pulses(3, of: .production)])
        #expect(
            facts(.production, [:], [.wh: 1500, .w: 2.5]) == [
                .production(watts: 2.5), .register(MeterRegister(.production), value: 1500),
            ]
        )
    }

    @Test("a Linky's registers are the distributor's; the contract follows the registers")
    func linky() {
        let found = facts(.linky, ["source": "linky"], [.whIn: 7, .whOut: 8, .vaIn: 9, .ntarf: 2, .prefVA: 6000])
        let registers = found.compactMap { fact -> MeterRegister? in
            if case .register(let register, _) = fact { register } else { nil }
        }
        #expect(registers.map(\.quantity) == [.import, .export] && registers.allSatisfy(\.isDistributors))
        #expect(found.last == .contract(subscribedVA: 6000, register: 2))
        #expect(found.first == .apparentPower(import: 9, export: nil))
    }

    @Test("the distributor's tariff registers count nothing a second time")
    func index() {
        #expect(facts(.index, ["register": "F01"], [.wh: 7]).count == 1)
        #expect(facts(.index, ["register": "D01"], [.wh: 7]).isEmpty)
        #expect(facts(.index, [:], [.wh: 7]).isEmpty)
    }

    @Test("a battery tells its power, its charge and both registers")
    func battery() {
        let found = facts(.battery, [:], [.w: -700.0, .socPercent: 55.0, .whCharge: 10, .whDischarge: 4])
        #expect(
            found == [
                .batteryPower(watts: -700), .charge(percent: 55), .register(MeterRegister(.charge), value: 10),
                .register(MeterRegister(.discharge), value: 4),
            ]
        )
    }

    @Test("a state of charge that cannot be is none", arguments: [(-1.0, false), (0, true), (100, true), (137, false)])
    func impossibleCharge(percent: Double, isBelieved: Bool) {
        let expected: [Fact] = isBelieved ? [.charge(percent: percent)] : []
        #expect(facts(.battery, [:], [.socPercent: .float(percent)]) == expected)
    }

    @Test(
        "a power that no house can have is none, wherever it stands, and a large one is believed",
        arguments: [(1e39, false), (2e38, false), (-1e8, false), (.infinity, false), (.nan, false), (36_000, true)]
    )
    func impossiblePower(watts: Double, isBelieved: Bool) {
        #expect(facts(.production, [:], [.w: .float(watts)]) == (isBelieved ? [.production(watts: watts)] : []))
        let drawn = facts(.meter, ["role": "import"], [.w: .float(watts), .whIn: 10])
        #expect(drawn.count == (isBelieved ? 2 : 1))
        #expect(facts(.battery, [:], [.w: .float(watts)]).isEmpty == !isBelieved)
    }

    @Test("a register beyond all that was ever counted is none", arguments: [(1e12, true), (1e16, false)])
    func impossibleRegister(value: Double, isBelieved: Bool) {
        #expect(facts(.production, [:], [.wh: .float(value)]).isEmpty == !isBelieved)
        #expect(facts(.linky, [:], [.vaIn: .integer(.max)]).isEmpty)
    }

    @Test("the port of a hybrid inverter tells its power, and its registers of both directions")
    func acPort() {
        #expect(
            facts(.acPort, [:], [.w: -700.0, .whOut: 10, .whIn: 4]) == [
                .portPower(watts: -700), .register(MeterRegister(.portOut), value: 10),
                .register(MeterRegister(.portIn), value: 4),
            ]
        )
    }

    @Test("a kind tells nothing of fields that it does not name as telling", arguments: Kind.allCases)
    func tellingFields(kind: Kind) {
        let silent = Field.allCases.filter { !kind.tellingFields.contains($0) }
        let row = Dictionary(uniqueKeysWithValues: silent.map { ($0, FieldValue.float(1)) })
        let tags = ["source": "m", "register": "F01", "phase": kind == .phase ? "1" : "", "role": "import"]
        let told = facts(kind, tags, row).filter { $0 != .phase(1, volts: nil, va: nil) }
        #expect(told.isEmpty)
        #expect(Set(kind.registers).isSubset(of: kind.bookedFields))
        #expect(Set(kind.tellingFields).isSubset(of: kind.columns.map(\.field)))
    }

    @Test("the devices of one source are told apart by the tags that are named")
    func parts() {
        let tags = ["source": "prises", "room": "cuisine", "plug": "four", "device": ""]
        #expect(Subject { tags[$0] }.meter == "prises")
        #expect(Subject(parts: ["device", "room", "plug"]) { tags[$0] }.meter == "prises cuisine/four")
        #expect(Subject.isMeter("prises cuisine/four", of: ["prises"]) && !Subject.isMeter("prises2", of: ["prises"]))
    }
}
