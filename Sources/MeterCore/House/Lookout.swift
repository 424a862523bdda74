import MeterNotation

/// Watches the readings that pass, for the page of the house; there is none in a box without one.
///
/// It keeps what the ledger does not: the last voltages, what the meter says of its contract, the last day minute by
/// minute, the newest events. It has a balance of its own, since the ledger may be closed for minutes.
struct Lookout: Sendable {
    /// The events that are kept.
    private static let mostEvents = 50
    /// The seconds after which a voltage or a power is not of now.
    private static let freshness = 60.0

    private struct Seen<Value: Sendable>: Sendable {
        var value: Value
        var at: Uptime
    }

    /// Hears that something changed; must not wait.
    let tell: @Sendable () -> Void
    private(set) var curve = DayCurve()
    /// The newest events, the newest last; one that is told again takes the place of the first telling.
    private(set) var events: [EnergyEvent] = []
    private var balance = Balance()
    private var volts: [Int: Seen<Double>] = [:]
    private var drawn: Seen<Int64>?
    private var subscribed: Int64?
    private var register: Seen<Int>?
    private var site: SiteFacts?
    /// The last flows that were known, one by one.
    private var production, grid, house, battery: Seen<Double>?

    init(_ tell: @escaping @Sendable () -> Void) { self.tell = tell }

    /// Takes a reading of now; older ones and records say nothing of now.
    ///
    /// - Returns: true when it changes what flows.
    mutating func note(_ reading: Reading, at present: Present, _ settings: Ledger.Settings) -> Bool {
        let age = present.now.seconds - reading.time.seconds
        guard !reading.isRecord, abs(age) <= Int64(Self.freshness), present.trust != .unknown else { return false }
        let now = present.uptime
        if let flow = balance.note(reading, settings) { curve.note(flow) }
        var isNews = false
        for fact in reading.facts {
            switch fact {
            case .phase(let number, let found?, _): volts[number] = Seen(value: found, at: now)
            case .apparentPower(let found, _):
                if let found { drawn = Seen(value: found, at: now) }
                isNews = true
            case .contract(let found, let number):
                subscribed = found ?? subscribed
                if let number { register = Seen(value: number, at: now) }
            case .gridPower, .production, .batteryPower: isNews = true
            default: break
            }
        }
        if let news = reading.remarks?.site {
            // One register's name comes at a time.
            let known = news.contract == site?.contract ? site?.registers ?? [:] : [:]
            site = news
            site?.registers = known.merging(news.registers ?? [:]) { $1 }
        }
        // At once, and not when its slot ends: a meter may fall silent before.
        if isNews { see(balance.flow(at: present.now.seconds, settings), now) }
        return isNews
    }

    private mutating func see(_ flow: Flow, _ now: Uptime) {
        func seen(_ value: Double?, _ before: Seen<Double>?) -> Seen<Double>? {
            value.map { Seen(value: $0, at: now) } ?? before
        }
        production = seen(flow.production, production)
        grid = seen(flow.grid, grid)
        house = seen(flow.consumption, house)
        battery = seen(flow.battery, battery)
    }

    /// Takes events; one that is over replaces what was told at its beginning.
    mutating func note(_ news: [EnergyEvent]) {
        for event in news {
            events.removeAll { ($0.kind, $0.subject, $0.time) == (event.kind, event.subject, event.time) }
            events.append(event)
        }
        events.removeFirst(max(0, events.count - Self.mostEvents))
    }

    /// Takes minutes of the last day from the database.
    mutating func fill(_ minutes: [DayCurve.Minute]) { curve.fill(minutes) }

    /// Goes on when the time that was believed until now was corrected, by so many seconds.
    mutating func timeWasCorrected(by seconds: Int64, at present: Present) {
        balance.move(by: seconds)
        curve.forget(after: present.now.seconds)
    }

    /// Forgets meters no longer configured.
    mutating func keep(_ sources: [String]) { balance.keep(sources) }

    /// The state of now, as far as readings tell it.
    func now(at present: Present, _ settings: Ledger.Settings) -> HouseNow {
        let uptime = present.uptime
        func fresh<Value>(_ seen: Seen<Value>?) -> Value? {
            seen.flatMap { uptime.seconds(since: $0.at) <= Self.freshness ? $0.value : nil }
        }
        func power(_ watts: Double?, _ last: Seen<Double>?) -> HouseNow.Power? {
            let now = present.now.seconds
            if let watts { return HouseNow.Power(of: watts, at: now) }
            return last.map {
                HouseNow.Power(watts: nil, last: $0.value.tenths, seen: now - Int64(uptime.seconds(since: $0.at)))
            }
        }
        var state = HouseNow(time: present.now.seconds)
        state.clockIsUnknown = present.trust == .unknown
        let flow = balance.flow(at: present.now.seconds, settings)
        state.production = power(flow.production, production)
        state.grid = power(flow.grid, grid)
        if flow.drawsNothing { (state.grid, state.drawsNothing) = (nil, true) }
        state.house = power(flow.consumption, house)
        state.battery = power(flow.battery, battery)
        state.chargePercent = flow.socPercent
        state.phases = volts.sorted { $0.key < $1.key }.map { number, seen in
            let volts = fresh(seen)
            let isAllowed = volts.map(settings.allowedVolts.contains) ?? true
            return HouseNow.Phase(number: number, volts: volts, isAllowed: isAllowed)
        }
        state.subscription = drawn.map { HouseNow.Subscription(drawn: fresh($0), subscribed: subscribed) }
        state.mode = site?.mode
        state.price = price(fresh(register), at: present.now.seconds, settings)
        return state
    }

    /// The price of a register, by the configured tariff, else by the name of the meter's contract.
    private func price(_ number: Int?, at now: Int64, _ settings: Ledger.Settings) -> HouseNow.Price? {
        let tariff = settings.tariffs.tariff(on: settings.calendar.date(now))
        let option = tariff?.option ?? site?.contract.flatMap { Tariff.Option(contract: $0) }
        guard register != nil || option != nil else { return nil }
        var price = HouseNow.Price(tariff, option, register: number)
        price.name = number.flatMap { site?.registers?[$0] }
        return price
    }
}

extension HouseNow.Price {
    /// The price of a register, as far as the tariff and the contract tell it.
    init(_ tariff: Tariff?, _ option: Tariff.Option?, register number: Int?) {
        self.init(option: option?.rawValue, number: number)
        guard let number else { return }
        euros = tariff?.price(ofRegister: number)
        register = option?.register(number)
    }
}

extension HouseNow.Power {
    /// A power of now.
    fileprivate init(of watts: Double, at now: Int64) {
        self.init(watts: watts.tenths, last: watts.tenths, seen: now)
    }
}

extension HouseNow {
    /// The house as its flows tell it, where nobody watches it for a page.
    init(_ flow: Flow, at now: Int64) {
        self.init(time: now)
        production = flow.production.map { Power(of: $0, at: now) }
        grid = flow.grid.map { Power(of: $0, at: now) }
        if flow.drawsNothing { drawsNothing = true }
        house = flow.consumption.map { Power(of: $0, at: now) }
        battery = flow.battery.map { Power(of: $0, at: now) }
        chargePercent = flow.socPercent
    }
}

extension Flow {
    /// The W below which nothing is drawn: no house uses less, but one whose panels or battery give all that it uses.
    private static let least = 10.0

    /// True where nothing is drawn and nobody tells what is injected; what the house uses is not known then.
    fileprivate var drawsNothing: Bool {
        export == nil && consumption == nil && self.import.map { $0 < Self.least } ?? false
    }
    /// The power from the grid, negative into it; `nil` where it may be one that nobody tells.
    fileprivate var grid: Double? { drawsNothing ? nil : self.import.map { $0 - (export ?? 0) } }
    /// The power that batteries give, negative while they are charged.
    fileprivate var battery: Double? { discharge.map { $0 - (charge ?? 0) } }
}

extension Double {
    fileprivate var tenths: Double { (self * 10).rounded() / 10 }
}

extension Tariff.Option {
    /// The contract by the name that a Linky gives it: `HC..`, `BBR(`, `H PLEINE/CREUSE`, `TEMPO`; `nil` for others.
    init?(contract: String) {
        let name = contract.uppercased()
        if name.contains("TEMPO") || name.hasPrefix("BBR") {
            self = .tempo
        } else if name.hasPrefix("EJP") {
            self = .ejp
        } else if name.hasPrefix("HC") || name.contains("CREUSE") {
            self = .hphc
        } else if name.hasPrefix("BASE") {
            self = .base
        } else {
            return nil
        }
    }
}
