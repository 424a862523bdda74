import MeterNotation

/// The balance of the house now: production, import and export, batteries, and the consumption made of them.
///
/// A Linky tells volt-amperes, not watts. What its registers grew by in the last half hour, divided by the volt-ampere
/// hours of the same readings, is the power factor by which the volt-amperes are multiplied. Where the distributor's
/// meter tells what flows, other meters at the grid are not asked.
///
/// Everything meets at the alternating current of the house: what is used is what comes from the grid, from the ports of
/// hybrid inverters, from the inverters without such a port and from the batteries beside them. The panels and the
/// battery behind a port tell of themselves only, and together with it what is lost between them.
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

    /// A sum of fresh values, in W, and the time at which the oldest of them was read.
    fileprivate struct Sum: Sendable {
        var watts = 0.0
        var oldest = Int64.max

        /// Adds another sum, which may be turned round.
        mutating func add(_ other: Sum, _ sign: Double = 1) {
            (watts, oldest) = (watts + sign * other.watts, min(oldest, other.oldest))
        }
    }

    /// The values of one meter for the flow between the house and the grid, in W.
    fileprivate struct GridMeter: Sendable {
        /// True for the distributor's meter, which alone tells volt-amperes of both directions.
        var isDistributors = false
        /// True once it has told both directions by the sign of its power: what is not drawn is then given.
        var isSigned = false
        var importFactor = PowerFactor()
        var exportFactor = PowerFactor()
        var `import`: Value?
        var export: Value?

        mutating func move(by seconds: Int64) {
            importFactor.move(by: seconds)
            exportFactor.move(by: seconds)
            `import`?.time += seconds
            export?.time += seconds
        }
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
    /// The power of each hybrid inverter's port, positive while it gives.
    private var ports: [String: Value] = [:]
    /// True when a meter has ever counted an export: then the export of now must be known.
    private var hasInjected = false

    init() {}

    /// Forgets meters no longer configured.
    mutating func keep(_ sources: [String]) {
        grid = grid.filter { Subject.isMeter($0.key, of: sources) }
        production = production.filter { Subject.isMeter($0.key, of: sources) }
        batteries = batteries.filter { Subject.isMeter($0.key, of: sources) }
        ports = ports.filter { Subject.isMeter($0.key, of: sources) }
    }

    /// Goes on when the time that was believed until now was corrected: what was read before was read that much later.
    mutating func move(by seconds: Int64) {
        openSlot = openSlot.map { floorDivision($0 + seconds, Self.slot) * Self.slot }
        for meter in grid.keys { grid[meter]?.move(by: seconds) }
        for meter in production.keys { production[meter]?.time += seconds }
        for meter in ports.keys { ports[meter]?.time += seconds }
        for meter in batteries.keys {
            batteries[meter]?.watts?.time += seconds
            batteries[meter]?.percent?.time += seconds
        }
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
                var known = grid[meter] ?? GridMeter()
                known.isSigned = known.isSigned || tellsBoth
                known.import = Value(number: max(0, watts), time: time)
                if known.isSigned { known.export = Value(number: max(0, -watts), time: time) }
                grid[meter] = known
                if watts < 0 { hasInjected = true }
            case .production(let watts): production[meter] = Value(number: watts, time: time)
            case .batteryPower(let watts):
                batteries[meter, default: Battery()].watts = Value(number: watts, time: time)
            case .portPower(let watts): ports[meter] = Value(number: watts, time: time)
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

    /// True for a producer that fell silent with hardly any power, no longer ago than a night lasts.
    func stoppedWithoutSun(_ producer: String, at now: Int64) -> Bool {
        let own = production.filter { Subject.isMeter($0.key, of: [producer]) }
        return !own.isEmpty
            && own.values.allSatisfy { $0.number < Ledger.leastAwake && now - $0.time < Ledger.longestNight }
    }

    /// The flows of now, by the newest values that are not too old.
    func flow(at now: Int64, _ settings: Ledger.Settings) -> Flow { flow(of: now - Self.slot, settings) }

    private func flow(of slot: Int64, _ settings: Ledger.Settings) -> Flow {
        let end = slot + Self.slot
        let hybrids = hybrids(settings)
        let (drawn, injected) = (sum(at: end) { $0.import }, sum(at: end) { $0.export })
        var flow = Flow(time: slot)
        flow.production = produced(at: end, settings) { _ in true }?.watts
        flow.import = drawn?.watts
        flow.export = injected?.watts
        let given = batteries.values.map { $0.watts?.fresh(at: end) }
        if !given.isEmpty, !given.contains(nil) {
            flow.charge = given.reduce(0) { $0 + max(0, -($1 ?? 0)) }
            flow.discharge = given.reduce(0) { $0 + max(0, $1 ?? 0) }
        }
        if batteries.count == 1 { flow.socPercent = batteries.values.first?.percent?.fresh(at: end) }
        flow.loss = loss(of: hybrids, at: end)
        if let used = consumption(drawn, injected, hybrids, at: end, settings) {
            flow.consumption = used.watts
            flow.isOfOneMoment = used.oldest >= slot
        }
        return flow
    }

    /// The sources that are hybrid inverters: those that say so, and those of which a port was heard.
    private func hybrids(_ settings: Ledger.Settings) -> Set<Substring> {
        settings.storage.hybrids.isEmpty && ports.isEmpty
            ? [] : Set(settings.storage.hybrids.map { Substring($0) } + ports.keys.map { Subject.source(ofMeter: $0) })
    }

    /// The sum of the sources that count; at night a silent one counts 0 W, since an inverter has no power then.
    private func produced(
        at end: Int64,
        _ settings: Ledger.Settings,
        _ counts: (String) -> Bool
    ) -> Sum? {
        var sum: Sum?
        for (meter, value) in production where counts(meter) {
            var known = sum ?? Sum()
            if let watts = value.fresh(at: end) {
                known.add(Sum(watts: watts, oldest: value.time))
            } else if !settings.isNight(at: end) {
                return nil
            }
            sum = known
        }
        for source in settings.production.sources
        where counts(source) && !production.keys.contains(where: { Subject.isMeter($0, of: [source]) }) {
            guard settings.isNight(at: end) else { return nil }
            sum = sum ?? Sum()
        }
        return sum
    }

    /// The sum of the meters at the grid; the distributor's alone where they tell it.
    private func sum(at end: Int64, _ direction: (GridMeter) -> Value?) -> Sum? {
        let isToldByDistributors = grid.values.contains { $0.isDistributors && direction($0) != nil }
        let those = grid.values.lazy.filter { $0.isDistributors || !isToldByDistributors }
        return sum(those.map(direction).filter { $0 != nil }, at: end)
    }

    /// The sum of values; `nil` when there are none, or when one of them is not fresh.
    private func sum(_ values: some Sequence<Value?>, at end: Int64) -> Sum? {
        var sum: Sum?
        for value in values {
            guard let value, let watts = value.fresh(at: end) else { return nil }
            var known = sum ?? Sum()
            known.add(Sum(watts: watts, oldest: value.time))
            sum = known
        }
        return sum
    }

    /// The sum of the values by meter whose source is one of these, each of which must have one.
    private func sum(_ values: [String: Value?], of sources: Set<Substring>, at end: Int64) -> Sum? {
        let those = values.filter { sources.contains(Subject.source(ofMeter: $0.key)) }
        guard Set(those.keys.map { Subject.source(ofMeter: $0) }) == sources else { return nil }
        return sum(those.values, at: end)
    }

    /// Import without export, and what ports, inverters without one and batteries without one give; `nil` when a part
    /// of it is not known.
    private func consumption(
        _ drawn: Sum?,
        _ injected: Sum?,
        _ hybrids: Set<Substring>,
        at end: Int64,
        _ settings: Ledger.Settings
    ) -> Sum? {
        guard var used = drawn else { return nil }
        func isBehind(_ meter: String) -> Bool { hybrids.contains(Subject.source(ofMeter: meter)) }
        if !hybrids.isEmpty {
            guard let given = sum(ports, of: hybrids, at: end) else { return nil }
            used.add(given)
        }
        let stores = batteries.filter { !isBehind($0.key) }
        for source in settings.storage.batteries
        where !isBehind(source) && !stores.keys.contains(where: { Subject.isMeter($0, of: [source]) }) {
            return nil
        }
        if !stores.isEmpty {
            guard let given = sum(stores.values.map(\.watts), at: end) else { return nil }
            used.add(given)
        }
        // A hybrid inverter that was found is the one that a source left open.
        let hasPanels =
            production.keys.contains { !isBehind($0) } || settings.production.sources.contains { !isBehind($0) }
            || hybrids.isEmpty && !settings.production.isComplete
        if hasPanels {
            guard let made = produced(at: end, settings, { !isBehind($0) }) else { return nil }
            used.add(made)
        }
        if let injected, hasPanels || !hybrids.isEmpty || !stores.isEmpty {
            used.add(injected, -1)
            return used
        }
        return hasPanels || !hybrids.isEmpty || hasInjected ? nil : used
    }

    /// What the panels and the batteries of hybrid inverters give less what their ports do; `nil` when one is missing.
    private func loss(of hybrids: Set<Substring>, at end: Int64) -> Double? {
        guard !hybrids.isEmpty, let given = sum(ports, of: hybrids, at: end),
            let made = sum(production, of: hybrids, at: end),
            let stored = sum(batteries.mapValues(\.watts), of: hybrids, at: end)
        else { return nil }
        return made.watts + stored.watts - given.watts
    }
}
