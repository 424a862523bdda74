import MeterNotation

/// The flows of the house in one slot of ten seconds, in W; what is not known is left out.
struct Flow: Sendable, Equatable {
    var time: Int64
    var production: Double?
    var `import`: Double?
    var export: Double?
    var charge: Double?
    var discharge: Double?
    /// How full the house's only battery is, in percent.
    var socPercent: Double?
    /// Known when all that the house has is.
    var consumption: Double?

    var isEmpty: Bool { (production ?? self.import ?? export ?? charge ?? discharge) == nil }
}

/// What the house does now.
///
/// A Linky tells volt-amperes, not watts. What its registers grew by in the last half hour, divided by the volt-ampere
/// hours of the same readings, is the power factor by which the volt-amperes are multiplied. Where the distributor's meter
/// tells what flows, other meters at the grid are not asked.
struct Balance: Sendable {
    static let slot: Int64 = 10
    /// A value is not used when it is older, in seconds.
    static let freshness: Int64 = 60

    /// A value, and when it was read.
    fileprivate struct Value: Sendable {
        var number: Double
        var time: Int64

        func fresh(at end: Int64) -> Double? { end - time <= Balance.freshness ? number : nil }
    }

    /// What one meter says of what flows between the house and the grid.
    fileprivate struct GridMeter: Sendable {
        var importFactor = PowerFactor()
        var exportFactor = PowerFactor()
        var `import`: Value?
        var export: Value?
    }

    /// What one battery says.
    private struct Battery: Sendable {
        var watts: Value?
        var percent: Value?
    }

    private var openSlot: Int64?
    private var grid: [String: GridMeter] = [:]
    private var production: [String: Value] = [:]
    private var batteries: [String: Battery] = [:]
    /// Whether a meter has ever counted an injection.
    private var hasInjected = false

    init() {}

    /// Forgets meters that are not in the configuration any more.
    mutating func keep(_ sources: [String]) {
        grid = grid.filter { Subject.isMeter($0.key, of: sources) }
        production = production.filter { Subject.isMeter($0.key, of: sources) }
        batteries = batteries.filter { Subject.isMeter($0.key, of: sources) }
    }

    /// Takes a reading.
    ///
    /// - Returns: the flows of the slot before, when this reading begins a new one.
    mutating func note(_ reading: Reading, _ settings: Ledger.Settings) -> Flow? {
        let (meter, time) = (reading.meter, reading.time.seconds)
        let flow = close(at: time, settings)
        guard let openSlot, time >= openSlot else { return flow }
        var va: (import: Int64?, export: Int64?)
        var registers: [MeterRegister.Quantity: Double] = [:]
        for fact in reading.facts {
            switch fact {
            case .apparentPower(let drawn, let injected): va = (drawn, injected)
            case .register(let register, let value): registers[register.quantity] = value
            case .gridPower(let watts, let tellsBoth):
                grid[meter, default: GridMeter()].import = Value(number: max(0, watts), time: time)
                if tellsBoth { grid[meter, default: GridMeter()].export = Value(number: max(0, -watts), time: time) }
                if watts < 0 { hasInjected = true }
            case .production(let watts): production[meter] = Value(number: watts, time: time)
            case .batteryPower(let watts):
                batteries[meter, default: Battery()].watts = Value(number: watts, time: time)
            case .charge(let percent):
                batteries[meter, default: Battery()].percent = Value(number: percent, time: time)
            default: break
            }
        }
        if registers[.export] ?? 0 > 0 || va.export ?? 0 > 0 { hasInjected = true }
        if let va = va.import {
            let factor = grid[meter, default: GridMeter()].importFactor
                .note(Double(va), register: registers[.import], at: time)
            grid[meter]?.import = Value(number: Double(va) * factor, time: time)
        }
        if let va = va.export {
            let factor = grid[meter, default: GridMeter()].exportFactor
                .note(Double(va), register: registers[.export], at: time)
            grid[meter]?.export = Value(number: Double(va) * factor, time: time)
        }
        return flow
    }

    /// A clock that was set far back begins anew; a reading that is merely late changes nothing.
    private mutating func close(at time: Int64, _ settings: Ledger.Settings) -> Flow? {
        let slot = floorDivision(time, Self.slot) * Self.slot
        guard let open = openSlot, slot > open || slot < open - 3600 else {
            openSlot = openSlot ?? slot
            return nil
        }
        defer { openSlot = slot }
        guard slot > open else {
            self = Balance()
            return nil
        }
        let flow = flow(of: open, settings)
        return flow.isEmpty ? nil : flow
    }

    private func flow(of slot: Int64, _ settings: Ledger.Settings) -> Flow {
        let end = slot + Self.slot
        var flow = Flow(time: slot)
        flow.production = produced(at: end, settings)
        flow.import = sum(\.import, at: end, settings)
        flow.export = sum(\.export, at: end, settings)
        let given = batteries.values.map { $0.watts?.fresh(at: end) }
        if !given.isEmpty, !given.contains(nil) {
            flow.charge = given.reduce(0) { $0 + max(0, -($1 ?? 0)) }
            flow.discharge = given.reduce(0) { $0 + max(0, $1 ?? 0) }
        }
        if batteries.count == 1 { flow.socPercent = batteries.values.first?.percent?.fresh(at: end) }
        flow.consumption = consumption(flow, settings)
        return flow
    }

    /// An inverter has no power at night, and says nothing.
    private func produced(at end: Int64, _ settings: Ledger.Settings) -> Double? {
        var produced = production.values.map { $0.fresh(at: end) }
        for source in settings.production.sources
        where !production.keys.contains(where: { Subject.isMeter($0, of: [source]) }) {
            produced.append(nil)
        }
        guard !produced.isEmpty else { return nil }
        if produced.contains(nil), !settings.isNight(at: end) { return nil }
        return produced.reduce(0) { $0 + ($1 ?? 0) }
    }

    /// What the meters at the grid say together; the distributor's alone where they say it.
    private func sum(
        _ direction: KeyPath<GridMeter, Value?>,
        at end: Int64,
        _ settings: Ledger.Settings
    ) -> Double? {
        let known = grid.filter { $0.value[keyPath: direction] != nil }
        let distributors = known.filter { Subject.isMeter($0.key, of: settings.distributors) }
        let values = (distributors.isEmpty ? known : distributors).values
            .map { $0[keyPath: direction]?.fresh(at: end) }
        return values.isEmpty || values.contains(nil) ? nil : values.reduce(0) { $0 + ($1 ?? 0) }
    }

    private func consumption(_ flow: Flow, _ settings: Ledger.Settings) -> Double? {
        guard let drawn = flow.import else { return nil }
        var stored = 0.0
        if !batteries.isEmpty {
            guard let charge = flow.charge, let discharge = flow.discharge else { return nil }
            stored = charge - discharge
        }
        if let production = flow.production, let injected = flow.export {
            return production + drawn - injected - stored
        }
        let hasPanels = !production.isEmpty || !settings.production.isNone
        guard !hasPanels else { return nil }
        if !batteries.isEmpty { return flow.export.map { drawn - $0 - stored } ?? (hasInjected ? nil : drawn - stored) }
        return hasInjected ? nil : drawn
    }
}
