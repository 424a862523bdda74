public import MeterProtocols

/// What a meter counts, for the house.
public enum MBusRole: String, Sendable, CaseIterable {
    case electricity, production, heat, cooling, water, gas, other

    /// Where the readings go unless the configuration says so.
    var measurement: String { self == .production ? "raw.production" : "raw.meter" }

    /// More tags than the source's name.
    var tags: [(String, String)] {
        switch self {
        case .electricity: []
        case .production: [("kind", "meter")]
        default: [("role", rawValue)]
        }
    }

    /// The fields that such a meter's records make, as far as it has them.
    ///
    /// `value` is in kWh for heat and cooling and in m³ for water and gas.
    var fields: [MBusField] {
        let electric: [MBusField] = [
            MBusField("w", MBusSelector(.power, in: "W")), MBusField("v", MBusSelector(.voltage, in: "V")),
            MBusField("a", MBusSelector(.current, in: "A")), MBusField("hz", MBusSelector(.frequency, in: "Hz")),
        ]
        let thermal: [MBusField] = [
            MBusField("value", MBusSelector(.energy, in: "kWh")), MBusField("w", MBusSelector(.power, in: "W")),
            MBusField("volume_m3", MBusSelector(.volume, in: "m³")),
            MBusField("flow_m3h", MBusSelector(.volumeFlow, in: "m³/h")),
            MBusField("flow_c", MBusSelector(.flowTemperature)),
            MBusField("return_c", MBusSelector(.returnTemperature)),
            MBusField("delta_k", MBusSelector(.temperatureDifference)),
        ]
        return switch self {
        case .electricity:
            [
                MBusField("wh_in", MBusSelector(.energy, in: "Wh")),
                MBusField("wh_out", MBusSelector(.energy, in: "Wh", meanings: ["negative only"])),
                MBusField("va", MBusSelector(.apparentPower)), MBusField("var", MBusSelector(.reactivePower)),
            ] + electric
        case .production: [MBusField("wh", MBusSelector(.energy, in: "Wh"))] + electric
        case .heat, .cooling: thermal
        case .water, .gas:
            [
                MBusField("value", MBusSelector(.volume, in: "m³")),
                MBusField("flow_m3h", MBusSelector(.volumeFlow, in: "m³/h")),
            ]
        case .other: []
        }
    }
}

/// A field and the record that makes it.
public struct MBusField: Sendable, Hashable {
    public var name: String
    public var selector: MBusSelector

    init(_ name: String, _ selector: MBusSelector) {
        self.name = name
        self.selector = selector
    }

    /// Registers of energy are whole numbers of watt-hours; all else has a fraction.
    var isInteger: Bool { ["wh", "wh_in", "wh_out"].contains(name) }
}
