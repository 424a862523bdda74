import MeterCore
import MeterProtocols

/// The panels and the battery behind an inverter, as its SunSpec models tell them.
///
/// What the inverter itself tells (models 101 to 103, 111 to 113, 701) is then its port to the house, with the battery in
/// it: no production. What the models do not tell is left out.
struct SunSpecHybrid {
    /// The models that tell of a battery.
    static let models: Set<Int> = [124, 713, 714, 802]

    /// The power of the panels in W, at the direct current.
    private(set) var panelWatts: Double?
    /// The energy of the panels in Wh, at the direct current.
    private(set) var panelEnergy: Int64?
    /// The power of the battery in W, positive while it is discharged.
    private(set) var watts: Double?
    /// What it took and gave so far, in Wh.
    private(set) var charge: Int64?
    private(set) var discharge: Int64?
    /// The state of charge, from 0 to 100 %.
    private(set) var percent: Double?
    /// True when the device told a state of charge, and none that can be true.
    private(set) var hasImpossibleCharge = false
    /// The capacity in Wh.
    private(set) var capacity: Double?

    /// Reads the models of one part of a device; `nil` when none of them tells of a battery.
    ///
    /// - Parameters:
    ///   - readings: of the part.
    ///   - maker: `Mn` of model 1, which decides what the inputs of model 160 are.
    ///   - isTurned: true when the battery's power has the wrong sign.
    init?(_ readings: [SunSpecReading], maker: String?, isTurned: Bool = false) {
        func model(_ number: Int) -> SunSpecReading? { readings.first { $0.block.model == number } }
        let (storage, state, ports, bank) = (model(124), model(713), model(714), model(802))
        let cells = ports.map { Self.repetitions(of: $0) { $0.integer("PrtTyp", repetition: $1) == 1 } } ?? []
        let capacity = [state, bank].compactMap { $0?.number("WHRtg") }.first { $0 > 0 }
        guard capacity != nil || bank != nil || !cells.isEmpty || storage?.number("WChaMax") ?? 0 > 0 else {
            return nil
        }
        self.capacity = capacity
        let charges = [state?.number("SoC"), bank?.number("SoC"), storage?.number("ChaState")].compactMap { $0 }
        percent = charges.first(where: Field.socPercent.canBe)
        hasImpossibleCharge = percent == nil && !charges.isEmpty
        if let ports, !cells.isEmpty {
            let panels = Self.repetitions(of: ports) { $0.integer("PrtTyp", repetition: $1) == 0 }
            panelWatts = Self.sum(panels) { ports.number("DCW", repetition: $0) }
            panelEnergy = Self.sum(panels) { ports.integer("DCWhInj", repetition: $0) }
            watts = Self.sum(cells) { ports.number("DCW", repetition: $0) }
            discharge = Self.sum(cells) { ports.integer("DCWhInj", repetition: $0) }
            charge = Self.sum(cells) { ports.integer("DCWhAbs", repetition: $0) }
        } else if let inputs = model(160), maker?.hasPrefix("Fronius") == true, inputs.repetitions >= 4 {
            // Its last two inputs are the battery's: what it takes, and what it gives, none of them ever below 0.
            let last = inputs.repetitions - 1
            panelWatts = Self.sum(Array(0..<(last - 1))) { inputs.number("DCW", repetition: $0) }
            panelEnergy = Self.sum(Array(0..<(last - 1))) { inputs.integer("DCWH", repetition: $0) }
            if let given = inputs.number("DCW", repetition: last),
                let taken = inputs.number("DCW", repetition: last - 1)
            {
                watts = given - taken
            }
            charge = inputs.integer("DCWH", repetition: last - 1)
            discharge = inputs.integer("DCWH", repetition: last)
        } else if let bank, let power = bank.number("W") {
            // The standard leaves its sign open; the state of charge (3 discharging, 4 charging) has it.
            switch bank.integer("ChaSt") {
            case 3?: watts = abs(power)
            case 4?: watts = -abs(power)
            default: watts = power == 0 ? 0 : nil
            }
        }
        if isTurned { watts = watts.map { 0 - $0 } }
    }

    /// Adds batteries that the models do not tell of, whose powers are part of the inverter's at the direct current.
    ///
    /// - Parameters:
    ///   - batteries: all of them.
    ///   - inverterWatts: the inverter's power at the direct current, with the batteries in it.
    ///   - isTurned: true when the batteries' power has the wrong sign.
    init(_ batteries: [SolarEdgeBattery], inverterWatts: Double?, isTurned: Bool = false) {
        watts = Self.sum(Array(batteries.indices)) { batteries[$0].watts }
        if isTurned { watts = watts.map { 0 - $0 } }
        charge = Self.sum(Array(batteries.indices)) { batteries[$0].charge }
        discharge = Self.sum(Array(batteries.indices)) { batteries[$0].discharge }
        capacity = Self.sum(Array(batteries.indices)) { batteries[$0].capacity }
        // Of several batteries the mean by their capacities.
        if let capacity, capacity > 0 {
            let stored = Self.sum(Array(batteries.indices)) { place -> Double? in
                guard let percent = batteries[place].percent, let size = batteries[place].capacity else { return nil }
                return percent * size
            }
            percent = stored.map { $0 / capacity }
        }
        if let told = percent, !Field.socPercent.canBe(told) { (percent, hasImpossibleCharge) = (nil, true) }
        if let inverterWatts, let watts { panelWatts = max(0, inverterWatts - watts) }
    }

    /// The repetitions of a model of which something is true.
    private static func repetitions(of reading: SunSpecReading, where isSo: (SunSpecReading, Int) -> Bool) -> [Int] {
        (0..<reading.repetitions).filter { isSo(reading, $0) }
    }

    /// The sum of values; `nil` without any, and when one is missing, as a part of it would be false.
    private static func sum<Number: AdditiveArithmetic>(_ places: [Int], _ value: (Int) -> Number?) -> Number? {
        var sum: Number?
        for place in places {
            guard let one = value(place) else { return nil }
            sum = (sum ?? .zero) + one
        }
        return sum
    }
}

/// A battery of a SolarEdge inverter, whose registers lie outside of SunSpec, low word first.
struct SolarEdgeBattery: Sendable {
    /// The addresses at which the blocks of up to three batteries begin.
    static let blocks = [0xE100, 0xE200, 0xE400]
    /// The places of the rated energy, and of what is read again and again, within a block.
    private static let (ratedAt, valuesAt, valueCount) = (0x42, 0x74, 18)

    /// The power in W, positive while it is discharged; the inverter has it the other way round.
    let watts: Double?
    /// What it took and gave so far, in Wh; some inverters have 0 there for good.
    let charge, discharge: Int64?
    /// The state of charge in %, as the inverter tells it.
    let percent: Double?
    /// The capacity in Wh.
    let capacity: Double?

    /// A battery that tells nothing.
    static var silent: SolarEdgeBattery {
        SolarEdgeBattery([UInt16](repeating: 0xFFFF, count: valueCount), capacity: nil)
    }

    /// The registers that tell whether a battery is there.
    static func rating(of block: Int) -> ModbusSpan { ModbusSpan(.holdingRegisters, at: block + ratedAt, count: 2) }

    /// The registers with its values.
    static func values(of block: Int) -> ModbusSpan {
        ModbusSpan(.holdingRegisters, at: block + valuesAt, count: valueCount)
    }

    /// The rated energy in Wh; `nil` where no battery is connected.
    static func capacity(_ words: [UInt16]) -> Double? {
        float(words[...]).flatMap { (100...1e6).contains($0) ? $0 : nil }
    }

    /// Reads the values of a battery with a rated energy.
    init(_ words: [UInt16], capacity: Double?) {
        func number(_ place: Int) -> Double? { Self.float(words[(place - Self.valuesAt)...].prefix(2)) }
        func register(_ place: Int) -> Int64? {
            let start = place - Self.valuesAt
            let layout = RegisterLayout(
                ModbusSpan(.holdingRegisters, at: 0, count: 4),
                .uint64,
                order: .cdab,
                missing: RegisterType.uint64.marks + [0]
            )
            guard case .integer(let value)? = layout.value(words[start..<(start + 4)]), value >= 0 else { return nil }
            return value
        }
        self.capacity = capacity
        watts = number(0x74).flatMap { abs($0) < 1e6 ? 0 - $0 : nil }
        discharge = register(0x76)
        charge = register(0x7A)
        percent = number(0x84)
    }

    /// A floating-point number, low word first; `nil` where there is none, also by the lowest number that there is.
    private static func float(_ words: ArraySlice<UInt16>) -> Double? {
        let layout = RegisterLayout(ModbusSpan(.holdingRegisters, at: 0, count: 2), .float32, order: .cdab)
        guard case .number(let number)? = layout.value(words), abs(number) < 3e38 else { return nil }
        return number
    }
}
