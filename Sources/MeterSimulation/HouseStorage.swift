/// The batteries of a house: one at its alternating current, and a hybrid inverter with panels and a battery behind it.
///
/// Powers are whole milliwatts, so that what goes in is what comes out and what is lost, exactly.
struct HouseStorage: Sendable {
    /// A battery with its content, in mW·s.
    private struct Cells: Sendable {
        var content: Int64
        let capacity: Int64
        let mostPower: Int64

        init(wattHours: Double, mostWatts: Double) {
            capacity = Int64(wattHours * 3_600_000)
            content = capacity / 2
            mostPower = Int64(mostWatts * 1000)
        }

        /// Gives or takes what is wished, as far as it can.
        ///
        /// - Parameters:
        ///   - wished: the power, in mW; negative to charge it.
        ///   - step: the time, in seconds.
        ///   - efficiency: the share that is left on each way, in percent.
        /// - Returns: the power that it gives, in mW; negative while it is charged.
        mutating func give(_ wished: Int64, for step: Int64, efficiency: Int64) -> Int64 {
            guard step > 0 else { return 0 }
            if wished >= 0 {
                let power = min(wished, mostPower, content * efficiency / 100 / step)
                content -= power * step * 100 / efficiency
                return power
            }
            let power = min(-wished, mostPower, (capacity - content) * 100 / efficiency / step)
            content += power * step * efficiency / 100
            return -power
        }

        var percent: Double { Double(content) / Double(capacity) * 100 }
    }

    /// The powers of a step, in mW.
    struct Flows: Sendable {
        /// What the battery at the alternating current gives.
        var battery: Int64 = 0
        /// What the panels behind the port give.
        var panels: Int64 = 0
        /// What the battery behind the port gives.
        var stored: Int64 = 0
        /// What the port gives to the house.
        var port: Int64 = 0
    }

    private var battery: Cells?
    private var hybrid: Cells?
    /// The instant, in seconds since 1970, until which the battery at the alternating current rests, inclusive.
    private var restsUntil = Int64.min
    private(set) var truth = StorageTruth()
    private(set) var flows = Flows()
    /// What the registers of the battery show more than the truth, in mW·s: charge and discharge.
    private var shift: (charge: Int64, discharge: Int64) = (0, 0)

    init(_ options: HouseOptions) {
        if options.hasBattery { battery = Cells(wattHours: 5000, mostWatts: 1800) }
        if options.hasHybrid { hybrid = Cells(wattHours: 9600, mostWatts: 3000) }
    }

    /// Puts another battery in at the alternating current, whose registers begin elsewhere, in Wh.
    ///
    /// It rests for ten minutes.
    mutating func replaceBattery(at time: Int64, charge: Int64, discharge: Int64) {
        shift = (charge * 3_600_000 - truth.charged, discharge * 3_600_000 - truth.discharged)
        restsUntil = time + 600
    }

    /// One step.
    ///
    /// - Parameters:
    ///   - need: what the house lacks, in mW; negative when it has too much.
    ///   - panels: what the panels behind the port give, in mW.
    ///   - isCheap: true in the hours in which the hybrid inverter charges from the grid.
    ///   - time: seconds since 1970.
    ///   - step: its length in seconds.
    /// - Returns: what the house gets of all of it, in mW.
    mutating func live(need: Int64, panels: Int64, isCheap: Bool, at time: Int64, for step: Int64) -> Int64 {
        var need = need
        flows = Flows()
        if var cells = hybrid {
            flows.panels = panels
            // What it needs for itself, and three hundredths of what its panels and its battery give or take.
            let wished = isCheap ? -1_200_000 : need + 25_000 + panels * 3 / 100 - panels
            flows.stored = cells.give(wished * 103 / 100, for: step, efficiency: 97)
            flows.port = panels + flows.stored - 25_000 - (panels + abs(flows.stored)) * 3 / 100
            hybrid = cells
            need -= flows.port
        }
        if var cells = battery, time > restsUntil {
            flows.battery = cells.give(need, for: step, efficiency: 94)
            battery = cells
        }
        truth.add(flows, for: step)
        return flows.port + flows.battery
    }

    /// Lets everything stand still, while the house is switched off.
    mutating func stop() { flows = Flows() }

    /// The storage as its devices show it.
    var state: HouseStorageState {
        HouseStorageState(
            batteryWatts: Double(flows.battery) / 1000,
            batteryPercent: battery?.percent,
            chargeWh: (truth.charged + shift.charge) / 3_600_000,
            dischargeWh: (truth.discharged + shift.discharge) / 3_600_000,
            panelsWatts: Double(flows.panels) / 1000,
            storedWatts: Double(flows.stored) / 1000,
            portWatts: Double(flows.port) / 1000,
            storedPercent: hybrid?.percent,
            truth: truth
        )
    }
}

/// The batteries of a house at one instant.
public struct HouseStorageState: Sendable {
    /// What the battery at the alternating current gives, in W.
    public var batteryWatts: Double
    /// Its state of charge; `nil` without one.
    public var batteryPercent: Double?
    /// Its registers, in Wh, which begin elsewhere after it was replaced.
    public var chargeWh: Int64
    public var dischargeWh: Int64
    /// What the panels behind the port of the hybrid inverter give, in W.
    public var panelsWatts: Double
    /// What the battery behind the port gives, in W.
    public var storedWatts: Double
    /// What the port gives to the house, in W.
    public var portWatts: Double
    /// The state of charge of the battery behind the port; `nil` without a hybrid inverter.
    public var storedPercent: Double?
    /// The exact energies since the house began.
    public var truth: StorageTruth
}

/// The true energies of the batteries of a house, in whole milliwatt-seconds.
public struct StorageTruth: Sendable, Hashable {
    fileprivate var charged: Int64 = 0
    fileprivate var discharged: Int64 = 0
    private var panels: Int64 = 0
    private var portCharged: Int64 = 0
    private var portDischarged: Int64 = 0
    private var portOut: Int64 = 0
    private var portIn: Int64 = 0

    fileprivate mutating func add(_ flows: HouseStorage.Flows, for step: Int64) {
        charged += max(0, -flows.battery) * step
        discharged += max(0, flows.battery) * step
        panels += flows.panels * step
        portCharged += max(0, -flows.stored) * step
        portDischarged += max(0, flows.stored) * step
        portOut += max(0, flows.port) * step
        portIn += max(0, -flows.port) * step
    }

    /// What the battery at the alternating current took and gave, in Wh.
    public var chargedWh: Double { Double(charged) / 3_600_000 }
    public var dischargedWh: Double { Double(discharged) / 3_600_000 }
    /// What the panels behind the port gave, in Wh.
    public var panelsWh: Double { Double(panels) / 3_600_000 }
    /// What the battery behind the port took and gave, in Wh.
    public var portChargedWh: Double { Double(portCharged) / 3_600_000 }
    public var portDischargedWh: Double { Double(portDischarged) / 3_600_000 }
    /// What the port gave to the house and took from it, in Wh.
    public var portOutWh: Double { Double(portOut) / 3_600_000 }
    public var portInWh: Double { Double(portIn) / 3_600_000 }
    /// What the hybrid inverter lost, in Wh.
    public var lostWh: Double { Double(panels + portDischarged - portCharged - portOut + portIn) / 3_600_000 }
}
