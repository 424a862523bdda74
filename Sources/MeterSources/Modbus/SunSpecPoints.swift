import MeterCore
import MeterProtocols

/// Makes points of SunSpec models, as the schema names the values.
struct SunSpecPoints: Sendable {
    /// The role of the meters and the signs.
    private let settings: ModbusSettings
    /// The name and tags of the source.
    private let context: SourceContext
    /// The series made so far, by kind and tags.
    private var series: [(kind: Kind, tags: [(String, String)], made: Series)] = []
    /// Holds back registers of energy that step back or jump.
    private var gates = EnergyGates()

    /// The number of states of charge so far that cannot be true.
    private var impossible = 0

    /// The number of values held back since the start.
    var held: Int { gates.held + impossible }

    /// Begins without series; they are made when a model is first read.
    init(_ settings: ModbusSettings, _ context: SourceContext) {
        self.settings = settings
        self.context = context
    }

    /// The models that are read again and again: the inverters of each part of the device, all meters, the inputs.
    ///
    /// A part may tell the same inverter by several models, of which some have nothing in them: `points` takes the first
    /// that has.
    ///
    /// Models 101 to 103, 111 to 113 and 701 are inverters, 201 to 204 and 211 to 214 meters, 160 the inputs of an
    /// inverter.
    static func wanted(_ map: SunSpecMap) -> [SunSpecMap.Block] {
        map.blocks.filter { block in
            isInverter(block.model) || block.model == 160 || isMeter(block.model)
        }
    }

    /// The models of a battery behind an inverter, which are read when the household says that there is one.
    static func batteries(_ map: SunSpecMap) -> [SunSpecMap.Block] {
        map.blocks.filter { SunSpecHybrid.models.contains($0.model) }
    }

    /// True for the models of inverters: 101 to 103, 111 to 113 and 701.
    static func isInverter(_ model: Int) -> Bool {
        (101...103).contains(model) || (111...113).contains(model) || model == 701
    }

    /// True for the models of meters: 201 to 204 and 211 to 214.
    static func isMeter(_ model: Int) -> Bool { (201...204).contains(model) || (211...214).contains(model) }

    /// The reading of each part's inverter: the first model whose numbers have their scale factors, else the first.
    static func inverters(_ readings: [SunSpecReading]) -> [SunSpecReading] {
        var chosen: [SunSpecReading] = []
        for reading in readings where isInverter(reading.block.model) {
            guard let place = chosen.firstIndex(where: { $0.block.part == reading.block.part }) else {
                chosen.append(reading)
                continue
            }
            if chosen[place].lacksScales, !reading.lacksScales { chosen[place] = reading }
        }
        return chosen
    }

    /// The points of one reading of the wanted models.
    ///
    /// - Parameters:
    ///   - readings: in the order of the device's map.
    ///   - time: of the points.
    ///   - monotonic: the same on a clock that is never set back.
    ///   - maker: of the device, `Mn` of model 1.
    ///   - batteries: those of a SolarEdge, of which its models do not tell.
    /// - Returns: the points, without empty ones.
    mutating func points(
        _ readings: [SunSpecReading],
        at time: Timestamp,
        monotonic: Uptime,
        maker: String? = nil,
        batteries: [SolarEdgeBattery] = []
    ) -> [Point] {
        var points: [Point] = []
        var meters = 0
        var inverters = 0
        for reading in Self.inverters(readings) {
            inverters += 1
            let inputs = readings.first { $0.block.model == 160 && $0.block.part == reading.block.part }
            guard settings.parts.contains(.battery) else {
                points.append(production(reading, inputs, number: inverters, time, monotonic))
                continue
            }
            let own = readings.filter { $0.block.part == reading.block.part }
            let hybrid =
                batteries.isEmpty || inverters > 1
                ? SunSpecHybrid(own, maker: maker, isTurned: settings.parts.turnsBattery)
                : SunSpecHybrid(
                    batteries,
                    inverterWatts: reading.number("DCW"),
                    isTurned: settings.parts.turnsBattery
                )
            points += self.hybrid(reading, hybrid, number: inverters, time, monotonic)
        }
        for reading in readings where Self.isMeter(reading.block.model) {
            meters += 1
            points += meter(reading, number: meters, time, monotonic)
        }
        return points.filter { !$0.isEmpty }
    }

    /// Begins the registers anew, since another device answers now.
    mutating func reset() { gates.reset() }

    // MARK: - Inverters

    /// The point of an inverter, with the voltage and current of its first two inputs where model 160 tells them.
    ///
    /// - Parameters:
    ///   - reading: of the inverter's model.
    ///   - inputs: model 160 of the same part, if there is one.
    ///   - number: of the inverter within the device, from 1.
    ///   - time: of the point.
    ///   - monotonic: the same on a clock that is never set back.
    /// - Returns: the point, which may be empty.
    private mutating func production(
        _ reading: SunSpecReading,
        _ inputs: SunSpecReading?,
        number: Int,
        _ time: Timestamp,
        _ monotonic: Uptime
    ) -> Point {
        let isModel701 = reading.block.model == 701
        let register = reading.integer(isModel701 ? "TotWhInj" : "WH")
        let phases = ["PhVphA", "PhVphB", "PhVphC"].prefix(reading.block.model % 10).compactMap { reading.number($0) }
        let mean = phases.isEmpty ? reading.number("PPVphAB") : phases.reduce(0, +) / Double(phases.count)
        // Model 701 counts its states from 0, the others from 1; the words are the same.
        let state = isModel701 ? reading.integer("InvSt").map { $0 + 1 } : reading.integer("St")
        func input(_ name: String, _ index: Int) -> Double? {
            guard let inputs, index < inputs.repetitions else { return index == 0 ? reading.number(name) : nil }
            return inputs.number(name, repetition: index)
        }
        // Off, asleep or on standby: many inverters do not tell their power then, and it is 0.
        let isAtRest = [1, 2, 8].contains(state)
        let believed = gates.believed(
            register,
            "wh \(number)",
            step: reading.step(isModel701 ? "TotWhInj" : "WH"),
            at: monotonic
        )
        return Point(
            series(.production, [("kind", DeviceKind.inverter.rawValue)] + device(number)),
            at: time,
            row: [
                .w: float(reading.number("W") ?? (isAtRest ? 0 : nil)), .wh: believed.map { .integer($0) },
                .v: float(isModel701 ? reading.number("LNV") ?? reading.number("LLV") : mean),
                .a: float(reading.number("A")), .hz: float(reading.number("Hz")),
                .vdc1: float(input("DCV", 0)), .adc1: float(input("DCA", 0)), .vdc2: float(input("DCV", 1)),
                .adc2: float(input("DCA", 1)),
                .tempC: float(reading.number("TmpCab") ?? reading.number("TmpSnk")),
                .state: state.map { .integer($0) },
                .alarm: reading.integer(isModel701 ? "Alrm" : "Evt1").map { .integer($0) },
            ]
        )
    }

    /// The points of a hybrid inverter: its port to the house, its panels, and the battery.
    ///
    /// - Parameters:
    ///   - reading: of the inverter's model.
    ///   - parts: what is behind the port; `nil` when the device tells nothing of that.
    ///   - number: of the inverter within the device, from 1.
    ///   - time: of the points.
    ///   - monotonic: the same on a clock that is never set back.
    /// - Returns: the points, of which some may be empty.
    private mutating func hybrid(
        _ reading: SunSpecReading,
        _ parts: SunSpecHybrid?,
        number: Int,
        _ time: Timestamp,
        _ monotonic: Uptime
    ) -> [Point] {
        func believed(_ register: Int64?, _ field: Field, _ part: String, step: Double = 1) -> FieldValue? {
            gates.believed(register, "\(part) \(field.rawValue) \(number)", step: step, at: monotonic).map {
                .integer($0)
            }
        }
        let isModel701 = reading.block.model == 701
        let register = isModel701 ? "TotWhInj" : "WH"
        let port = production(reading, nil, number: number, time, monotonic)
        let given = believed(reading.integer(register), .whOut, "port", step: reading.step(register))
        let taken = believed(
            isModel701 ? reading.integer("TotWhAbs") : nil,
            .whIn,
            "port",
            step: reading.step("TotWhAbs")
        )
        var points = [
            Point(
                series(.acPort, device(number)),
                at: time,
                row: [
                    // A port that is not told is never 0: it may give at night what is in the battery.
                    .w: float(reading.number("W")), .whOut: given, .whIn: taken, .v: port[.v], .a: port[.a],
                    .hz: port[.hz], .tempC: port[.tempC], .state: port[.state],
                ]
            )
        ]
        guard let parts else { return points }
        if parts.hasImpossibleCharge { impossible += 1 }
        points.append(
            Point(
                series(.production, [("kind", DeviceKind.inverter.rawValue)] + device(number)),
                at: time,
                row: [.w: float(parts.panelWatts), .wh: believed(parts.panelEnergy, .wh, "panels")]
            )
        )
        points.append(
            Point(
                series(.battery, device(number)),
                at: time,
                row: [
                    .w: float(parts.watts), .socPercent: float(parts.percent),
                    .whCharge: believed(parts.charge, .whCharge, "battery"),
                    .whDischarge: believed(parts.discharge, .whDischarge, "battery"),
                    .capacityWh: float(parts.capacity),
                ]
            )
        )
        return points
    }

    // MARK: - Meters

    /// The points of a meter: one for the whole, and one for each phase from models with more than one.
    ///
    /// - Parameters:
    ///   - reading: of the meter's model.
    ///   - number: of the meter within the device, from 1.
    ///   - time: of the points.
    ///   - monotonic: the same on a clock that is never set back.
    /// - Returns: one point, or four with the phases.
    private mutating func meter(
        _ reading: SunSpecReading,
        number: Int,
        _ time: Timestamp,
        _ monotonic: Uptime
    ) -> [Point] {
        let hasPhases = reading.block.model % 10 > 1
        var points: [Point] = []
        for phase in [nil, "A", "B", "C"] as [String?] where phase == nil || hasPhases {
            let suffix = phase.map { "ph\($0)" } ?? ""
            let register = phase.map { "Ph\($0)" } ?? ""
            func power(_ name: String) -> FieldValue? {
                let turns = settings.isInverted != settings.hasInvertedPower
                return float(reading.number(name + suffix).map { turns ? -$0 : $0 })
            }
            var registers: [Field: FieldValue] = [:]
            for (field, name) in [(Field.whIn, "TotWhImp"), (.whOut, "TotWhExp")] {
                let believed = gates.believed(
                    reading.integer(name + register),
                    "\(field.rawValue) \(number) \(register)",
                    step: reading.step(name),
                    at: monotonic
                )
                let isTurned = settings.isInverted
                let stored: Field = isTurned ? (field == .whIn ? .whOut : .whIn) : field
                registers[stored] = believed.map { .integer($0) }
            }
            let voltage =
                reading.number(phase.map { "PhVph\($0)" } ?? "PhV")
                ?? (phase == nil && !hasPhases ? reading.number("PhVphA") : nil)
            let tags =
                device(number) + [("role", settings.role.rawValue)]
                + (phase.map { [("phase", $0 == "A" ? "1" : $0 == "B" ? "2" : "3")] } ?? [])
            points.append(
                Point(
                    series(.meter, tags),
                    at: time,
                    row: [
                        .w: power("W"), .va: float(reading.number("VA" + suffix)), .var: power("VAR"),
                        .v: float(voltage), .a: float(reading.number(phase.map { "Aph\($0)" } ?? "A")),
                        .hz: phase == nil ? float(reading.number("Hz")) : nil,
                        .pf: float(reading.number("PF" + suffix).flatMap(Self.powerFactor)),
                        .whIn: registers[.whIn], .whOut: registers[.whOut],
                    ]
                )
            )
        }
        return points
    }

    /// The power factor of a meter, from -1 to 1.
    ///
    /// The standard has per cent in models with integers; nearly all real meters send a fraction there. What is 1 at most
    /// is a fraction, as a house does not run at 1 %; what is above 100 is none.
    static func powerFactor(_ number: Double) -> Double? {
        abs(number) <= 1 ? number : abs(number) <= 100 ? number / 100 : nil
    }

    // MARK: - Series

    /// A second inverter or meter in the same device has a tag of its own.
    private func device(_ number: Int) -> [(String, String)] { number > 1 ? [("device", "\(number)")] : [] }

    /// The series of a kind with tags, made once.
    private mutating func series(_ kind: Kind, _ tags: [(String, String)]) -> Series {
        let known = series.first { $0.kind == kind && $0.tags.elementsEqual(tags, by: ==) }
        if let known { return known.made }
        let made = context.series(kind.measurement, kind: kind, tags: tags)
        series.append((kind, tags, made))
        return made
    }

    /// A number as a field's value.
    private func float(_ number: Double?) -> FieldValue? { number.map { .float($0) } }
}
