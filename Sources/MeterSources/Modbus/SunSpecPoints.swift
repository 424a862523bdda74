import MeterCore
import MeterProtocols

/// Makes points of SunSpec models, as the schema names the values.
struct SunSpecPoints: Sendable {
    private static let productionFields = [
        "w", "wh", "v", "a", "hz", "vdc1", "adc1", "vdc2", "adc2", "temp_c", "state", "alarm",
    ]
    private static let meterFields = ["w", "va", "var", "v", "a", "hz", "pf", "wh_in", "wh_out"]

    private let settings: ModbusSettings
    private let context: SourceContext
    private var series: [String: Series] = [:]
    private var gates = EnergyGates()

    var held: Int { gates.held }

    init(_ settings: ModbusSettings, _ context: SourceContext) {
        self.settings = settings
        self.context = context
    }

    /// The models that are read again and again: of each part of the device the first inverter, all meters, the inputs.
    static func wanted(_ map: SunSpecMap) -> [SunSpecMap.Block] {
        var partsWithInverter: Set<Int> = []
        return map.blocks.filter { block in
            switch block.model {
            case 101...103, 111...113, 701: partsWithInverter.insert(block.part).inserted
            case 160, 201...204, 211...214: true
            default: false
            }
        }
    }

    /// The points of one reading of the wanted models.
    mutating func points(_ readings: [SunSpecReading], at time: Timestamp, monotonic: Uptime) -> [Point] {
        var points: [Point] = []
        var meters = 0
        var inverters = 0
        for reading in readings {
            switch reading.block.model {
            case 101...103, 111...113, 701:
                inverters += 1
                let inputs = readings.first { $0.block.model == 160 && $0.block.part == reading.block.part }
                points.append(production(reading, inputs, number: inverters, time, monotonic))
            case 201...204, 211...214:
                meters += 1
                points += meter(reading, number: meters, time, monotonic)
            default: break
            }
        }
        return points.filter { !$0.isEmpty }
    }

    /// Another device answers now: its registers begin anew.
    mutating func reset() { gates.reset() }

    // MARK: - Inverters

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
        // Off, asleep or on standby: many inverters then say that their power is not known.
        let isAtRest = [1, 2, 8].contains(state)
        let values: [FieldValue?] = [
            float(reading.number("W") ?? (isAtRest ? 0 : nil)),
            gates.believed(
                register,
                "wh \(number)",
                step: reading.step(isModel701 ? "TotWhInj" : "WH"),
                at: monotonic
            ).map { .integer($0) },
            float(isModel701 ? reading.number("LNV") ?? reading.number("LLV") : mean),
            float(reading.number("A")), float(reading.number("Hz")),
            float(input("DCV", 0)), float(input("DCA", 0)), float(input("DCV", 1)), float(input("DCA", 1)),
            float(reading.number("TmpCab") ?? reading.number("TmpSnk")),
            state.map { .integer($0) },
            reading.integer(isModel701 ? "Alrm" : "Evt1").map { .integer($0) },
        ]
        let tags = [("kind", "inverter")] + device(number)
        // Each inverter of a device has a register of its own.
        let source = number > 1 ? Meaning.name(ofDevice: "\(number)", of: context.name) : context.name
        return Point(series("production", tags, Self.productionFields), at: time, values).producing(source)
    }

    // MARK: - Meters

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
            let imported = gates.believed(
                reading.integer("TotWhImp" + register),
                "in \(number) \(register)",
                step: reading.step("TotWhImp"),
                at: monotonic
            ).map { FieldValue.integer($0) }
            let exported = gates.believed(
                reading.integer("TotWhExp" + register),
                "out \(number) \(register)",
                step: reading.step("TotWhExp"),
                at: monotonic
            ).map { FieldValue.integer($0) }
            let voltage =
                reading.number(phase.map { "PhVph\($0)" } ?? "PhV")
                ?? (phase == nil && !hasPhases ? reading.number("PhVphA") : nil)
            let values: [FieldValue?] = [
                power("W"), float(reading.number("VA" + suffix)), power("VAR"), float(voltage),
                float(reading.number(phase.map { "Aph\($0)" } ?? "A")),
                phase == nil ? float(reading.number("Hz")) : nil,
                float(reading.number("PF" + suffix).map { $0 / powerFactorUnit(reading.block.model) }),
                settings.isInverted ? exported : imported, settings.isInverted ? imported : exported,
            ]
            let tags = device(number) + (phase.map { [("phase", $0 == "A" ? "1" : $0 == "B" ? "2" : "3")] } ?? [])
            points.append(Point(series("meter", tags, Self.meterFields), at: time, values))
        }
        return points
    }

    /// The models with whole numbers give the power factor in percent.
    private func powerFactorUnit(_ model: Int) -> Double { model < 211 ? 100 : 1 }

    // MARK: - Series

    /// A second inverter or meter in the same device has a tag of its own.
    private func device(_ number: Int) -> [(String, String)] { number > 1 ? [("device", "\(number)")] : [] }

    private mutating func series(_ name: String, _ tags: [(String, String)], _ fields: [String]) -> Series {
        let key = "\(name) \(tags)"
        if let known = series[key] { return known }
        let made = context.series(Measurement(name, in: RetentionPolicy("raw")), tags: tags, fields: fields)
        series[key] = made
        return made
    }

    private func float(_ number: Double?) -> FieldValue? { number.map { .float($0) } }
}
