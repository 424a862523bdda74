/// One phase of a house.
public struct HousePhase: Sendable, Hashable {
    public var volts: Int64
    public var amps: Int64
    public var va: Int64
}

/// One group of a frame: a label, its horodate if it has one, and its value as it goes over the wire.
public struct TICGroup: Sendable, Hashable {
    public var label: String
    public var horodate: String?
    public var data: String
}

/// How things are in a house at one instant: the truth that its meter tells.
public struct HouseState: Sendable {
    public var options: HouseOptions
    /// Seconds since 1970.
    public var time: Int64
    /// The same as the meter writes it.
    public var horodate: String
    public var consumptionWatts: Double
    public var productionWatts: Double
    public var isExporting: Bool
    /// Drawn or injected, the sum of the phases.
    public var apparentVA: Int64
    public var phases: [HousePhase]
    /// The supplier's registers, in Wh, from index 1 on.
    public var registers: [Int64]
    /// Injected since ever, in Wh.
    public var exportWh: Int64
    /// The exact energies since the house began.
    public var truth: HouseTruth
    /// Drawn since ever, in Wh: a register of its own in mode standard, the sum of the others in mode historique.
    public var importWh: Int64
    /// The register that counts now, from 1.
    public var supplierIndex: Int
    public var isOffPeak: Bool
    /// 1 blue, 2 white, 3 red, 0 none or unknown.
    public var colourToday: Int
    public var colourTomorrow: Int
    var highest: (Int64, String)
    var highestYesterday: (Int64, String)
    var curve: (Int64?, String)
    var curvePrevious: (Int64?, String)
    var meanVolts: (Int64?, String)

    /// Registers have nine digits and then begin again.
    static let registerWrap: Int64 = 1_000_000_000

    /// Every group of the meter's frame, in the order of emission.
    public var groups: [TICGroup] {
        switch options.mode {
        case .standard: standardGroups
        case .historique: historiqueGroups
        }
    }
}
