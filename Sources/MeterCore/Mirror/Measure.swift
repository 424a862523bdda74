/// The kinds of quantities that neighbours are shown.
public enum Measure: Sendable, Hashable, CaseIterable {
    // Totals, which only grow: each the sum of all that the ledger accepted.
    case imported, exported, produced, consumed, charged, discharged, portOut, portIn
    /// A register of the supplier's tariff.
    case index
    case heat, cooling, water, gas

    // What is now.
    case importPower, exportPower, productionPower, consumptionPower, chargePower, dischargePower
    case portOutPower, portInPower
    case importApparent, exportApparent, phaseApparent
    /// The subscribed power.
    case subscribed
    case voltage, stateOfCharge, temperature
    /// The name of the supplier's register that counts now, or its number.
    case tariff

    // The box.
    /// Seconds since a source's last reading.
    case age
    case processorTemperature, diskUse, memoryUse

    /// The units, as people write them.
    public enum Unit: String, Sendable {
        case wattHours = "Wh", kilowattHours = "kWh", cubicMetres = "m³"
        case watts = "W", voltAmperes = "VA", volts = "V"
        case percent = "%", celsius = "°C", seconds = "s"
        case none = ""
    }

    /// The total of a register's quantity; `nil` for pulses.
    public init?(_ quantity: MeterRegister.Quantity) {
        switch quantity {
        case .import: self = .imported
        case .export: self = .exported
        case .production: self = .produced
        case .consumption: self = .consumed
        case .charge: self = .charged
        case .discharge: self = .discharged
        case .portOut: self = .portOut
        case .portIn: self = .portIn
        case .tariff: self = .index
        case .heat: self = .heat
        case .cooling: self = .cooling
        case .water: self = .water
        case .gas: self = .gas
        case .pulses: return nil
        }
    }

    /// The measure of a quantity's name such as `linky.import_wh`; `nil` for a name that no quantity has.
    public init?(ofName name: String) {
        guard let word = name.split(separator: ".").last, word.utf8.count < name.utf8.count else { return nil }
        let found = Self.allCases.filter { word == $0.word || word.hasPrefix($0.word + "_") }
        // `import_wh` and not `import`.
        guard let longest = found.max(by: { $0.word.utf8.count < $1.word.utf8.count }) else { return nil }
        self = longest
    }

    /// True for a total that only grows.
    public var isTotal: Bool {
        switch self {
        case .imported, .exported, .produced, .consumed, .charged, .discharged, .portOut, .portIn, .index: true
        case .heat, .cooling, .water, .gas: true
        default: false
        }
    }

    /// True for what tells of the box and its sources, and not of the house.
    public var isOfBox: Bool {
        switch self {
        case .age, .processorTemperature, .diskUse, .memoryUse: true
        default: false
        }
    }

    /// The unit, which is for ever: a neighbour that adds up would take another one for a thousandfold energy.
    public var unit: Unit {
        switch self {
        case .imported, .exported, .produced, .consumed, .charged, .discharged, .portOut, .portIn, .index: .wattHours
        case .heat, .cooling: .kilowattHours
        case .water, .gas: .cubicMetres
        case .importPower, .exportPower, .productionPower, .consumptionPower, .chargePower, .dischargePower,
            .portOutPower, .portInPower:
            .watts
        case .importApparent, .exportApparent, .phaseApparent, .subscribed: .voltAmperes
        case .voltage: .volts
        case .stateOfCharge, .diskUse, .memoryUse: .percent
        case .temperature, .processorTemperature: .celsius
        case .age: .seconds
        case .tariff: .none
        }
    }

    /// The word of the quantity in names, without its part.
    var word: String {
        switch self {
        case .imported: Field.importWh.rawValue
        case .exported: Field.exportWh.rawValue
        case .produced: Field.productionWh.rawValue
        case .consumed: Field.consumptionWh.rawValue
        case .charged: Field.chargeWh.rawValue
        case .discharged: Field.dischargeWh.rawValue
        case .portOut: "port_out_wh"
        case .portIn: "port_in_wh"
        case .index: "index"
        case .heat: "heat_kwh"
        case .cooling: "cooling_kwh"
        case .water: "water_m3"
        case .gas: "gas_m3"
        case .importPower: Field.importW.rawValue
        case .exportPower: Field.exportW.rawValue
        case .productionPower: Field.productionW.rawValue
        case .consumptionPower: Field.consumptionW.rawValue
        case .chargePower: Field.chargeW.rawValue
        case .dischargePower: Field.dischargeW.rawValue
        case .portOutPower: "port_out_w"
        case .portInPower: "port_in_w"
        case .importApparent: "import_va"
        case .exportApparent: "export_va"
        case .phaseApparent: Field.va.rawValue
        case .subscribed: "subscribed_va"
        case .voltage: Field.v.rawValue
        case .stateOfCharge: Field.socPercent.rawValue
        case .temperature: Field.tempC.rawValue
        case .tariff: "tariff"
        case .age: Field.ageS.rawValue
        case .processorTemperature: Field.cpuTempC.rawValue
        case .diskUse: Field.diskUsedPercent.rawValue
        case .memoryUse: Field.memUsedPercent.rawValue
        }
    }

    /// The digits behind the decimal point that neighbours are shown.
    public var digits: Int {
        switch unit {
        case .kilowattHours, .cubicMetres: 3
        case .volts, .celsius: 1
        default: 0
        }
    }

    /// A change smaller than this is not worth a message by itself; 0 for totals and what is told as it is.
    public var deadBand: Double {
        switch unit {
        case .watts, .voltAmperes: self == .subscribed ? 0 : 5
        case .volts, .celsius: 0.5
        case .percent: 1
        case .seconds: 30
        default: 0
        }
    }

    /// The most that a meter of a house counts of a total in an hour, in its unit.
    public var largestPerHour: Double {
        switch unit {
        case .wattHours: MeterRegister.Quantity.import.largestPerHour ?? .infinity
        case .kilowattHours: MeterRegister.Quantity.heat.largestPerHour ?? .infinity
        default: MeterRegister.Quantity.gas.largestPerHour ?? .infinity
        }
    }

    /// Two of the largest steps that a register counts in, in the unit of the total: 20 kWh, 20 m³.
    public var slack: Double { unit == .wattHours ? 20_000 : 20 }
}
