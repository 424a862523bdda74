/// One phase of a house, in whole numbers as a meter shows them.
public struct HousePhase: Sendable, Hashable {
    /// The voltage, in V.
    public var volts: Int64
    /// The current, in A, rounded and without a sign.
    public var amps: Int64
    /// The apparent power, in VA, without a sign.
    public var va: Int64
}

/// One group of a frame as it goes over the wire, without separators and checksum.
public struct TICGroup: Sendable, Hashable {
    /// The label, such as `SMAXSN-1`.
    public var label: String
    /// The date in 13 characters; `nil` for a label that carries none.
    public var horodate: String?
    /// The value, padded to the label's length.
    public var data: String
}

/// The state of a house at one instant: the truth that its meter tells.
public struct HouseState: Sendable {
    /// The house's options, with the serial number of the meter in place now.
    public var options: HouseOptions
    /// The instant, in seconds since 1970.
    public var time: Int64
    /// The instant as the meter writes it: `SAAMMJJhhmmss`.
    public var horodate: String
    /// The consumption of the house, in W, whether it is imported or comes from the panels.
    public var consumptionWatts: Double
    /// The production of the panels, in W.
    public var productionWatts: Double
    /// The power of the water heater, in W, a part of the consumption.
    public var heaterWatts: Double
    /// The batteries, and what the hybrid inverter does.
    public var storage: HouseStorageState
    /// The register of the water meter, in litres.
    public var waterLitres: Int64
    /// The power that the house draws from the grid, in W: negative while it exports.
    public var netWatts: Double {
        consumptionWatts - productionWatts - storage.batteryWatts - storage.portWatts
    }
    /// True while panels and batteries give more than the house consumes.
    public var isExporting: Bool
    /// The apparent power imported or exported, in VA, the sum of the phases.
    public var apparentVA: Int64
    /// The phases, one or three.
    public var phases: [HousePhase]
    /// The supplier's registers, in Wh, from index 1 on.
    public var registers: [Int64]
    /// The total export, in Wh; wraps after nine digits.
    public var exportWh: Int64
    /// The exact energies since the house began.
    public var truth: HouseTruth
    /// The total import, in Wh.
    ///
    /// A register of its own in mode standard (`EAST`), the sum of the others in mode historique.
    public var importWh: Int64
    /// The supplier's register that counts now, from 1.
    public var supplierIndex: Int
    /// True during the off-peak hours of the contract.
    public var isOffPeak: Bool
    /// Today's Tempo colour: 1 blue, 2 white, 3 red, 0 for another contract.
    public var colourToday: Int
    /// Tomorrow's Tempo colour; 0 until it is announced at 20:00.
    public var colourTomorrow: Int
    /// The largest apparent power imported today, in VA, and its horodate.
    var highest: (Int64, String)
    /// The largest apparent power imported yesterday, in VA, and its horodate.
    var highestYesterday: (Int64, String)
    /// The last point of the load curve, in W, and the horodate of its end; `nil` before the first half hour is whole.
    var curve: (Int64?, String)
    /// The point of the load curve before the last one.
    var curvePrevious: (Int64?, String)
    /// The mean voltage of the last ten minutes, in V, and the horodate of their end.
    var meanVolts: (Int64?, String)

    /// The range of a register, in Wh: after nine digits it begins again at 0.
    static let registerWrap: Int64 = 1_000_000_000

    /// The groups of the meter's frame, in the order of emission.
    public var groups: [TICGroup] {
        switch options.mode {
        case .standard: standardGroups
        case .historique: historiqueGroups
        }
    }
}
