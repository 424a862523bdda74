/// The flows of the house in one slot of ten seconds, in W; what is not known is left out.
struct Flow: Sendable, Equatable {
    var time: Int64
    var production: Double?
    var drawn: Double?
    var injected: Double?
    /// Known when the other three are.
    var consumption: Double?
}

/// What the house does now.
///
/// A Linky tells volt-amperes, not watts. What its registers grew by in the last half hour, divided by the volt-ampere
/// hours of the same readings, is the power factor by which the volt-amperes are multiplied.
struct Balance: Sendable {
    static let slot: Int64 = 10
    /// A value is not used when it is older, in seconds.
    static let freshness: Int64 = 60

    private struct Value: Sendable {
        var watts: Double
        var time: Int64
    }

    private var openSlot: Int64?
    private var drawn = PowerFactor()
    private var injected = PowerFactor()
    private var drawnNow: Value?
    private var injectedNow: Value?
    private var production: [(source: String, value: Value)] = []
    /// Whether the meter has ever counted an injection.
    private var hasInjected = false

    init() {}

    /// Forgets inverters that are not in the configuration any more.
    mutating func keep(_ sources: [String]) {
        production.removeAll { !Meaning.isSource($0.source, of: sources) }
    }

    /// Takes what a reading means.
    ///
    /// - Returns: the flows of the slot before, when this reading begins a new one.
    mutating func note(_ meaning: Meaning, at time: Int64, _ settings: Ledger.Settings) -> Flow? {
        let flow = close(at: time, settings)
        guard let openSlot, time >= openSlot else { return flow }
        var va: (drawn: Int64?, injected: Int64?)
        var registers: [MeterRegister.Role: Double] = [:]
        for fact in meaning.facts {
            switch fact {
            case .apparentPower(let drawn, let injected): va = (drawn, injected)
            case .register(let register, let value, _): registers[register.role] = value
            case .production(let watts):
                production.removeAll { $0.source == meaning.source }
                production.append((meaning.source, Value(watts: watts, time: time)))
            default: break
            }
        }
        if registers[.export] ?? 0 > 0 || va.injected ?? 0 > 0 { hasInjected = true }
        if let va = va.drawn {
            let factor = drawn.note(Double(va), register: registers[.grid], at: time)
            drawnNow = Value(watts: Double(va) * factor, time: time)
        }
        if let va = va.injected {
            let factor = injected.note(Double(va), register: registers[.export], at: time)
            injectedNow = Value(watts: Double(va) * factor, time: time)
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
        let end = open + Self.slot
        func fresh(_ value: Value?) -> Double? { value.flatMap { end - $0.time <= Self.freshness ? $0.watts : nil } }
        var produced = production.map { fresh($0.value) }
        for source in settings.production.sources
        where !production.contains(where: { Meaning.isSource($0.source, of: [source]) }) {
            produced.append(nil)
        }
        // An inverter has no power at night, and says nothing.
        if produced.contains(nil), settings.isNight(at: end) { produced = produced.map { $0 ?? 0 } }
        var flow = Flow(
            time: open,
            production: produced.isEmpty || produced.contains(nil) ? nil : produced.reduce(0) { $0 + ($1 ?? 0) },
            drawn: fresh(drawnNow),
            injected: fresh(injectedNow)
        )
        if let production = flow.production, let drawn = flow.drawn, let injected = flow.injected {
            flow.consumption = production + drawn - injected
        } else if produced.isEmpty, settings.production.isNone, !hasInjected {
            flow.consumption = flow.drawn
        }
        return flow.production ?? flow.drawn ?? flow.injected == nil ? nil : flow
    }
}

/// The power factor of the last half hour.
struct PowerFactor: Sendable {
    private struct Step: Sendable {
        var time: Int64
        var register: Double
        var voltAmpereHours: Double
    }

    private static let span: Int64 = 1800
    /// Wh below which the register's whole steps are too coarse to tell.
    private static let least = 50.0

    private var last: (va: Double, time: Int64)?
    private var voltAmpereHours = 0.0
    /// The readings at which the register had just moved: there it is exact.
    private var steps: [Step] = []
    private var factor = 1.0

    init() {}

    /// Takes a reading and says the factor.
    mutating func note(_ va: Double, register: Double?, at time: Int64) -> Double {
        if let last {
            if time - last.time > Balance.freshness { steps = [] }
            voltAmpereHours += (va + last.va) / 2 * Double(time - last.time) / 3600
        }
        last = (va, time)
        guard let register, register != steps.last?.register else { return factor }
        if let before = steps.last, register < before.register { steps = [] }
        steps.append(Step(time: time, register: register, voltAmpereHours: voltAmpereHours))
        steps.removeFirst(steps.firstPlace { $0.time >= time - Self.span })
        guard let first = steps.first else { return factor }
        let energy = register - first.register
        let apparent = voltAmpereHours - first.voltAmpereHours
        if energy >= Self.least, apparent > 0 { factor = min(1, max(0.5, energy / apparent)) }
        return factor
    }
}
