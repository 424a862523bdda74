import Glibc

/// A believable French house: its consumption, its solar panels, its voltage, and its meter's registers.
///
/// Deterministic: the same options and the same instants give the same house. Energy is integrated in whole
/// milliwatt-seconds, so that the registers are exact however long it runs. Power, in W, follows the clock of Paris:
/// a fridge, a water heater in off-peak hours, heating in winter, meals, and light in the evening.
public struct House: Sendable {
    /// The options that the house was made with; a replaced meter's serial number is not among them.
    public let options: HouseOptions
    private var random: SeededRandom
    /// The instant reached, in seconds since 1970.
    private var time: Int64
    /// The part of the sunlight that clouds take now, 0...1, and the part that they drift to.
    private var clouds = 0.3
    private var cloudTarget = 0.3
    /// The end of the last short, strong consumer (kettle, oven), in seconds since 1970.
    private var kettleUntil: Int64 = 0
    private var kettleWatts = 0.0
    /// The drift of the grid's voltage, in V, -4...4.
    private var drift = 0.0
    /// The supplier's registers from index 1 on, in mW·s.
    private var registers: [Int64]
    /// The export register, in mW·s.
    private var exported: Int64
    /// The energies since the beginning, across all replaced meters: the truth.
    private var truth = HouseTruth()
    /// The batteries, and the hybrid inverter.
    private var storage: HouseStorage
    /// The serial number of the meter in place now.
    private var serial: String
    /// The instant until which the house is switched off, inclusive.
    private var cutUntil = Int64.min
    /// The largest apparent power of today and of yesterday (`SMAXSN`).
    private var highest = Highest()
    /// The load curve's mean import, in W, by half hours (`CCASN`).
    private var curve = Average()
    /// The mean voltage, in V, by ten minutes (`UMOY1`).
    private var voltage = Average()

    /// The powers of a step, in W; the net power is positive for import.
    private struct Flows {
        var consumption = 0.0
        var heater = 0.0
        var production = 0.0
        var net = 0.0
    }

    /// The largest apparent power of a day and of the day before, in VA, and the instants at which they came.
    private struct Highest: Sendable {
        var day: Int64 = 0
        var va: Int64 = 0
        var at: Int64 = 0
        var yesterday: Int64 = 0
        var yesterdayAt: Int64 = 0
    }

    /// A mean over steps of time as the meter gives it: only of steps that are whole.
    private struct Average: Sendable {
        var step: Int64 = 0
        var sum = 0.0
        var count = 0.0
        var last: Double?
        var previous: Double?
    }

    /// Milliwatt-seconds in a watt-hour.
    private static let wattHour: Int64 = 3_600_000

    /// A house at an instant.
    ///
    /// The first register takes the remainder when the start value cannot be shared equally.
    ///
    /// - Parameters:
    ///   - options: the contract, the panels and the meter.
    ///   - start: seconds since 1970.
    public init(options: HouseOptions, start: Int64) {
        self.options = options
        random = SeededRandom(seed: options.seed)
        storage = HouseStorage(options)
        time = start
        serial = options.serial
        let count: Int64 = options.tariff == .base ? 1 : options.tariff == .hphc ? 2 : 6
        registers = Self.shares(options.importStart, count)
        exported = options.exportStart * Self.wattHour
    }

    /// A total, in Wh, shared among registers, in mW·s.
    private static func shares(_ total: Int64, _ count: Int64) -> [Int64] {
        let share = total / count
        return (0..<count).map { ($0 == 0 ? total - share * (count - 1) : share) * wattHour }
    }

    /// Puts another meter in, whose registers begin elsewhere.
    ///
    /// Nothing flows before a minute after the exchange: the house is switched on again when it is done. The truth goes
    /// on.
    ///
    /// - Parameters:
    ///   - serial: the new meter's address, 12 digits.
    ///   - importStart: its import, in Wh, shared among the registers as at the start.
    ///   - exportStart: its export, in Wh.
    public mutating func replaceMeter(serial: String, importStart: Int64, exportStart: Int64) {
        self.serial = serial
        registers = Self.shares(importStart, Int64(registers.count))
        exported = exportStart * Self.wattHour
        cutUntil = time + 60
    }

    /// Puts another battery in at the alternating current, whose registers begin elsewhere; the truth goes on.
    ///
    /// It rests for ten minutes.
    ///
    /// - Parameters:
    ///   - charge: its register of what it took, in Wh.
    ///   - discharge: its register of what it gave, in Wh.
    public mutating func replaceBattery(charge: Int64, discharge: Int64) {
        storage.replaceBattery(at: time, charge: charge, discharge: discharge)
    }

    /// Switches the house off until an instant, in seconds since 1970, panels as well.
    public mutating func cut(until unixSeconds: Int64) { cutUntil = unixSeconds }

    /// Lives until an instant and returns the state of the house then.
    ///
    /// Steps are of 1 s, of 10 s over gaps longer than 10 minutes. An instant in the past gives the state of now.
    ///
    /// - Parameters:
    ///   - unixSeconds: the instant.
    ///   - pace: longer steps, in seconds, for years that must pass quickly; then what is short and strong is rarer.
    /// - Returns: the state of the house then.
    public mutating func advance(to unixSeconds: Int64, pace: Int64 = 1) -> HouseState {
        var flows = Flows()
        let gap = unixSeconds - time
        repeat {
            let step = max(0, min(gap > 600 ? max(pace, 10) : pace, unixSeconds - time))
            time += step
            flows = live(for: step)
        } while time < unixSeconds
        return state(flows)
    }

    /// One step: draws the powers, counts the energy and follows the meter's maxima and means.
    ///
    /// Energy goes to import or to export by the sign of the net power, as a meter that sums its phases counts it.
    private mutating func live(for step: Int64) -> Flows {
        let local = ParisTime(time)
        let used = consumption(local)
        let sun = sunlight(local)
        let produced = options.peakWatts * sun.height * sun.clear
        var flows = Flows(consumption: used.all, heater: used.heater, production: produced)
        if time <= cutUntil { flows = Flows() }
        let consumed = Int64(flows.consumption * 1000)
        let made = Int64(flows.production * 1000)
        var net = consumed - made
        flows.net = flows.consumption - flows.production
        if time <= cutUntil {
            storage.stop()
        } else if options.hasBattery || options.hasHybrid {
            let cheap = local.secondOfDay >= 7200 && local.secondOfDay < 10_800
            let panels = Int64(HouseOptions.hybridPeakWatts * sun.height * sun.clear * 1000)
            let given = storage.live(need: net, panels: panels, isCheap: cheap, at: time, for: step)
            net -= given
            flows.net -= Double(given) / 1000
        }
        let index = supplierIndex(local) - 1
        if net >= 0 { registers[index] += net * step } else { exported -= net * step }
        truth.add(
            consumed: consumed * step,
            produced: made * step,
            heated: Int64(flows.heater * 1000) * step,
            net: net * step
        )
        drift = max(-4, min(4, drift + Double.random(in: -0.05...0.05, using: &random)))
        let va = Int64(max(0, Double(net) / 950))
        if local.dayNumber != highest.day {
            // Of the day before it began the house knows nothing: 0 VA, and a date that is not that of 1970.
            let before = highest.day == 0 ? time : highest.at
            highest = Highest(day: local.dayNumber, va: 0, at: time, yesterday: highest.va, yesterdayAt: before)
        }
        if va >= highest.va { (highest.va, highest.at) = (va, time) }
        Self.add(max(0, Double(net) / 1000), to: &curve, time / 1800)
        Self.add(volts(flows, local), to: &voltage, time / 600)
        return flows
    }

    /// Takes a value of a step; the mean of the step before is complete when a new one begins.
    private static func add(_ value: Double, to average: inout Average, _ step: Int64) {
        if step != average.step {
            if average.count > 0 { (average.previous, average.last) = (average.last, average.sum / average.count) }
            (average.step, average.sum, average.count) = (step, 0, 0)
        }
        average.sum += value
        average.count += 1
    }

    /// Consumption, in W, at a time of the clock, and the water heater's part of it.
    private mutating func consumption(_ local: ParisTime) -> (all: Double, heater: Double) {
        let hour = Double(local.secondOfDay) / 3600
        let isWinter = local.month <= 3 || local.month >= 11
        var watts = 140 + 40 * sin(Double(time % 3600) / 573)
        if time % 2400 < 700 { watts += 95 }  // the fridge
        if hour > 18, hour < 23 { watts += 320 }
        if local.weekday >= 5, hour > 9, hour < 18 { watts += 180 }
        let heater = isOffPeak(local) && hour < 3.5 ? 2000.0 : 0
        watts += heater
        if isWinter, hour > 5.5, hour < 22 { watts += time % 1200 < 500 ? 1500 : 0 }
        if time >= kettleUntil, (hour > 7 && hour < 8.5) || (hour > 11.5 && hour < 13) || (hour > 18.5 && hour < 20) {
            if Double.random(in: 0...1, using: &random) < 0.004 {
                kettleUntil = time + Int64.random(in: 120...900, using: &random)
                kettleWatts = Double.random(in: 900...2400, using: &random)
            }
        }
        if time < kettleUntil { watts += kettleWatts }
        return (watts + Double.random(in: 0...15, using: &random), heater)
    }

    /// The share of their peak power that panels give under a clear sky, from the height of the sun at 47° north, and
    /// the share of it that clouds, which drift, let through.
    private mutating func sunlight(_ local: ParisTime) -> (height: Double, clear: Double) {
        if time % 300 == 0 { cloudTarget = Double.random(in: 0...0.85, using: &random) }
        clouds += (cloudTarget - clouds) * 0.01
        let dayOfYear = Double(local.dayNumber - ParisTime.days(local.year, 1, 1))
        let declination = -0.409 * cos(2 * Double.pi * (dayOfYear + 10) / 365)
        let solarHour = Double(time % 86_400) / 3600 + 0.2
        let angle = (solarHour - 12) * Double.pi / 12
        let latitude = 0.82
        let height = sin(latitude) * sin(declination) + cos(latitude) * cos(declination) * cos(angle)
        return (max(0, height), 1 - clouds)
    }

    /// The voltage, in V: about 234, lowered by 0.9 V for each kW of import and raised by as much for each kW of
    /// export; 21 V more when a weak grid has too much of the neighbours' sun.
    private func volts(_ flows: Flows, _ local: ParisTime) -> Double {
        let isTooHigh = options.isGridWeak && local.dayNumber % 9 == 4 && (45_000..<47_100).contains(local.secondOfDay)
        return 234 + drift - flows.net * 0.0009 + (isTooHigh ? 21 : 0)
    }

    /// True in the off-peak hours: 22:30 to 06:30, in Tempo 22:00 to 06:00.
    private func isOffPeak(_ local: ParisTime) -> Bool {
        switch options.tariff {
        case .base, .hphc: local.secondOfDay >= 81_000 || local.secondOfDay < 23_400
        case .tempo: local.secondOfDay >= 79_200 || local.secondOfDay < 21_600
        }
    }

    /// The colour of a Tempo day, 1 blue, 2 white, 3 red; it changes at 06:00.
    ///
    /// Drawn by lot from the seed and the day, so that tomorrow's colour is known today; red only from November to
    /// March.
    private func colour(_ day: Int64) -> Int {
        let (_, month, _) = ParisTime.date(day)
        var dice = SeededRandom(seed: options.seed &+ UInt64(bitPattern: day))
        let draw = dice.next() % 10
        if month >= 11 || month <= 3, draw == 0 { return 3 }
        return draw == 1 ? 2 : 1
    }

    /// The day whose colour counts: until 06:00 that of yesterday.
    private func tempoDay(_ local: ParisTime) -> Int64 {
        local.secondOfDay < 21_600 ? local.dayNumber - 1 : local.dayNumber
    }

    /// The register that counts, from 1: off-peak before peak, in Tempo blue, white, red.
    private func supplierIndex(_ local: ParisTime) -> Int {
        switch options.tariff {
        case .base: 1
        case .hphc: isOffPeak(local) ? 1 : 2
        case .tempo: 2 * colour(tempoDay(local)) - (isOffPeak(local) ? 1 : 0)
        }
    }

    /// The state at the instant reached, as the meter would show it.
    ///
    /// A three-phase house has its power on the phases by 50, 30 and 20 %. Registers are cut to whole Wh and wrap.
    private func state(_ flows: Flows) -> HouseState {
        let local = ParisTime(time)
        let net = flows.net
        let volts = volts(flows, local)
        let shares = options.phases == 3 ? [0.5, 0.3, 0.2] : [1]
        let phases = shares.enumerated().map { index, share in
            let phaseVolts = Int64(volts) - Int64(index)
            let va = Int64(abs(net) * share / 0.95)
            return HousePhase(volts: phaseVolts, amps: (va + phaseVolts / 2) / phaseVolts, va: va)
        }
        let apparent = phases.reduce(0) { $0 + $1.va }
        let values = registers.map { $0 / Self.wattHour % HouseState.registerWrap }
        var options = options
        options.serial = serial
        return HouseState(
            options: options,
            time: time,
            horodate: local.horodate,
            consumptionWatts: flows.consumption,
            productionWatts: flows.production,
            heaterWatts: flows.heater,
            storage: storage.state,
            waterLitres: HouseWater.litres(at: local),
            isExporting: net < 0,
            apparentVA: apparent,
            phases: phases,
            registers: values,
            exportWh: exported / Self.wattHour % HouseState.registerWrap,
            truth: truth,
            importWh: options.mode == .standard
                ? registers.reduce(0, +) / Self.wattHour % HouseState.registerWrap : values.reduce(0, +),
            supplierIndex: supplierIndex(local),
            isOffPeak: isOffPeak(local),
            colourToday: options.tariff == .tempo ? colour(tempoDay(local)) : 0,
            colourTomorrow: options.tariff == .tempo && local.secondOfDay >= 72_000 ? colour(local.dayNumber + 1) : 0,
            highest: (highest.va, ParisTime(highest.at).horodate),
            highestYesterday: (highest.yesterday, ParisTime(highest.yesterdayAt).horodate),
            curve: (curve.last.map { Int64($0) }, ParisTime(curve.step * 1800).horodate),
            curvePrevious: (curve.previous.map { Int64($0) }, ParisTime((curve.step - 1) * 1800).horodate),
            meanVolts: (voltage.last.map { Int64($0) }, ParisTime(voltage.step * 600).horodate)
        )
    }
}
