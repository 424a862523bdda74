import MeterCore
public import MeterProtocols

/// A field of the database and the record of the meter that makes it.
public struct MBusField: Sendable, Hashable {
    /// The field's name in the database, such as `wh_in` or `night`.
    public var name: String
    /// The record, by quantity, function, storage, tariff and unit.
    public var selector: MBusSelector
    /// True when a positive value of the meter is stored as negative: the power of a meter at a battery.
    var isTurned = false

    /// A field of the user's own.
    init(_ name: String, _ selector: MBusSelector) {
        self.name = name
        self.selector = selector
    }

    /// A field of the schema.
    init(_ field: Field, _ selector: MBusSelector) { self.init(field.rawValue, selector) }

    /// True for registers of energy, which are whole watt-hours; everything else has a fraction.
    var isInteger: Bool { Field(rawValue: name)?.quantity == .energy }
}

extension MeterRole {
    /// The fields that the records of an M-Bus meter in this role make, as far as it has them.
    ///
    /// `value` is in kWh for heat and cold and in m³ for water and gas; a meter counts the direction that it is for as
    /// import.
    var mbusFields: [MBusField] {
        let energy = MBusSelector(.energy, in: "Wh")
        let returned = MBusSelector(.energy, in: "Wh", meanings: ["negative only"])
        var power = MBusField(.w, MBusSelector(.power, in: "W"))
        power.isTurned = self == .battery
        let electric: [MBusField] = [
            power, MBusField(.v, MBusSelector(.voltage, in: "V")), MBusField(.a, MBusSelector(.current, in: "A")),
            MBusField(.hz, MBusSelector(.frequency, in: "Hz")),
        ]
        let apparent = [MBusField(.va, MBusSelector(.apparentPower)), MBusField(.var, MBusSelector(.reactivePower))]
        let volumeFlow = MBusField(.flowM3h, MBusSelector(.volumeFlow, in: "m³/h"))
        return switch self {
        case .consumption, .import: [MBusField(.whIn, energy), MBusField(.whOut, returned)] + apparent + electric
        case .export: [MBusField(.whOut, energy)] + apparent + electric
        case .production: [MBusField(.wh, energy)] + electric
        case .battery: [MBusField(.whCharge, energy), MBusField(.whDischarge, returned)] + electric
        case .heat, .cooling:
            [
                MBusField(.value, MBusSelector(.energy, in: "kWh")), MBusField(.w, MBusSelector(.power, in: "W")),
                MBusField(.volumeM3, MBusSelector(.volume, in: "m³")), volumeFlow,
                MBusField(.flowC, MBusSelector(.flowTemperature)),
                MBusField(.returnC, MBusSelector(.returnTemperature)),
                MBusField(.deltaK, MBusSelector(.temperatureDifference)),
            ]
        case .water, .gas: [MBusField(.value, MBusSelector(.volume, in: "m³")), volumeFlow]
        case .other: []
        }
    }
}
