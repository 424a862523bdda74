import MeterNotation

/// The flows of the house in one slot of ten seconds, in W; what is not known is left out.
struct Flow: Sendable, Equatable {
    /// The start of the slot, in seconds since 1970.
    var time: Int64
    /// All that is produced; unknown while one source of several is.
    var production: Double?
    /// Import from the grid.
    var `import`: Double?
    /// Export into the grid; unknown with a meter that tells one direction only.
    var export: Double?
    /// Power that batteries take, 0 or more.
    var charge: Double?
    /// Power that batteries give, 0 or more.
    var discharge: Double?
    /// The state of charge of the house's only battery, in percent.
    var socPercent: Double?
    /// Use of the house; known when all that the house has is.
    var consumption: Double?

    /// True when nothing is known of the slot, which is not written then.
    var isEmpty: Bool { (production ?? self.import ?? export ?? charge ?? discharge) == nil }
}

/// The balance of the house now: production, import and export, batteries, and the consumption made of them.
///
/// A Linky tells volt-amperes, not watts. What its registers grew by in the last half hour, divided by the volt-ampere
/// hours of the same readings, is the power factor by which the volt-amperes are multiplied. Where the distributor's
/// meter tells what flows, other meters at the grid are not asked.
struct Balance: Sendable {
    /// The length of a slot, in seconds.
    static let slot: Int64 = 10
    /// The age in seconds beyond which a value is not used.
    static let freshness: Int64 = 60

    /// A value, and when it was read.
    fileprivate struct Value: Sendable {
        var number: Double
        var time: Int64

        /// The number while it is not too old at the end of a slot, else `nil`.
        func fresh(at end: Int64) -> Double? { end - time <= Balance.freshness ? number : nil }
    }

    /// The values of one meter for the flow between the house and the grid, in W.
    fileprivate struct GridMeter: Sendable {
        /// True for the distributor's meter, which alone tells volt-amperes of both directions.
        var isDistributors = false
        var importFactor = PowerFactor()
        var exportFactor = PowerFactor()
        var `import`: Value?
        var export: Value?
    }

    /// The values of one battery: W, negative while it is charged, and percent.
    private struct Battery: Sendable {
        var watts: Value?
        var percent: Value?
    }

    private var openSlot: Int64?
    private var grid: [String: GridMeter] = [:]
    private var production: [String: Value] = [:]
    private var batteries: [String: Battery] = [:]
    /// True when a meter has ever counted an export: then the export of now must be known.
    private var hasInjected = false

    init() {}

    /// Forgets meters no longer configured.
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
        if va.import != nil || va.export != nil { grid[meter, default: GridMeter()].isDistributors = true }
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

    /// The flows of now, by the newest values that are not too old.
    func flow(at now: Int64, _ settings: Ledger.Settings) -> Flow { flow(of: now - Self.slot, settings) }

    private func flow(of slot: Int64, _ settings: Ledger.Settings) -> Flow {
        let end = slot + Self.slot
        var flow = Flow(time: slot)
        flow.production = produced(at: end, settings)
        flow.import = sum(\.import, at: end)
        flow.export = sum(\.export, at: end)
        let given = batteries.values.map { $0.watts?.fresh(at: end) }
        if !given.isEmpty, !given.contains(nil) {
            flow.charge = given.reduce(0) { $0 + max(0, -($1 ?? 0)) }
            flow.discharge = given.reduce(0) { $0 + max(0, $1 ?? 0) }
        }
        if batteries.count == 1 { flow.socPercent = batteries.values.first?.percent?.fresh(at: end) }
        flow.consumption = consumption(flow, settings)
        return flow
    }

    /// The sum of all sources; at night a silent one counts 0 W, since an inverter has no power then.
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

    /// The sum of the meters at the grid; the distributor's alone where they tell it.
    private func sum(_ direction: KeyPath<GridMeter, Value?>, at end: Int64) -> Double? {
        let known = grid.filter { $0.value[keyPath: direction] != nil }
        let distributors = known.values.filter(\.isDistributors)
        let values = (distributors.isEmpty ? Array(known.values) : distributors)
            .map { $0[keyPath: direction]?.fresh(at: end) }
        return values.isEmpty || values.contains(nil) ? nil : values.reduce(0) { $0 + ($1 ?? 0) }
    }

    /// Production and import without export and the batteries' share; `nil` when a part of it is not known.
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
