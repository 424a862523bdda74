/// The books of a house: meter registers in, energies of quarters of an hour, hours, days and months out.
///
/// Pure: no clock, no file, no network. The same readings give the same points, live or recomputed from the database;
/// points are whole sums under fixed times, so that writing them again changes nothing. Energies are differences of
/// registers, cut at the boundaries by linear interpolation; over a gap longer than a quarter they are shared out in
/// proportion to time and marked as estimated.
public struct Ledger: Sendable {
    /// What the ledger must know besides the readings.
    public struct Settings: Sendable {
        /// The tags of every point.
        public var tags: [(String, String)]
        public var calendar: LocalCalendar
        public var tariffs: TariffHistory
        /// The voltages that the network must deliver: article D322-1 and following of the code de l'énergie.
        public var allowedVolts: ClosedRange<Double>
        public var place: Place

        public init(
            tags: [(String, String)] = [("site", "maison")],
            calendar: LocalCalendar = LocalCalendar(.paris),
            tariffs: TariffHistory = TariffHistory(),
            allowedVolts: ClosedRange<Double> = 207...253,
            place: Place = Place()
        ) {
            self.tags = tags
            self.calendar = calendar
            self.tariffs = tariffs
            self.allowedVolts = allowedVolts
            self.place = place
        }
    }

    /// What the household says of its place.
    public struct Place: Sendable, Hashable {
        public var name: String?
        public var latitude: Double?
        public var longitude: Double?
        /// Whether the delivery point and the meter's number are shown in full.
        public var showsIdentity = false

        public init() {}
    }

    /// What must survive a restart; opaque to all others.
    public struct Memory: Sendable, Codable {
        var tracks: [TrackEntry] = []
        var quarters: [Quarter] = []
        var totals = Totals()
        var extremes = Extremes()
        var watch = Watch()
        var site = SiteBook()
        /// The end of the newest quarter that is complete.
        var completeUntil = Int64.min
        /// The latest reading of all, in seconds since 1970; `nil` in empty books.
        public internal(set) var newest: Int64?
        /// The quarter of that reading when meters that were not heard were counted last.
        var countedQuarter = Int64.min

        /// The same, small enough for a state file: quarters that wait for a meter that is long away count least.
        var forSaving: Memory {
            var small = self
            if quarters.count > 150 { small.quarters.removeFirst(quarters.count - 150) }
            return small
        }
    }

    /// A register, whose it is, and how it was read last.
    struct TrackEntry: Sendable, Codable {
        let source: String
        let role: MeterRegister.Role
        let name: String
        var track: Track

        var accounts: [Account] { Account.all(of: MeterRegister(role, name: name), source: source) }
    }

    /// A gap shorter than this is interpolated, a longer one is estimated; a reading a quarter may be some seconds late.
    static let longestInterpolation: Int64 = 900 + 60
    /// A meter that was not heard for so many quarters is not waited for any more.
    static let patience = 192
    /// Quarters that may be open; a gap of a year is more than enough.
    private static let room = 40_000

    public private(set) var settings: Settings
    /// What must survive a restart.
    public internal(set) var memory: Memory
    var series: LedgerSeries
    private var balance = Balance()
    /// The quarters that points are made for; the others only lead up to them.
    private let window: Range<Int64>
    /// Whether readings are made now, and not read from the database: those say nothing new to people.
    var isLive: Bool
    /// Whether the next reading is the first one of a run.
    var isStarting = false
    /// Whether something came too late to be added up here; `rollup` can.
    public private(set) var needsRollup = false

    /// Opens the books where they were left, or empty ones.
    public init(_ settings: Settings, memory: Memory? = nil) {
        self.settings = settings
        self.memory = memory ?? Memory()
        series = LedgerSeries(settings.tags)
        window = .min ..< .max
        isLive = true
        isStarting = memory != nil
    }

    /// Opens books that recompute a span of quarters from the database, or go on where they were left.
    ///
    /// - Parameters:
    ///   - settings: as for the live ledger.
    ///   - window: the instants for which points are made.
    ///   - memory: what an earlier run left.
    public init(_ settings: Settings, recomputing window: Range<Int64>, memory: Memory? = nil) {
        self.settings = settings
        self.memory = memory ?? Memory()
        series = LedgerSeries(settings.tags)
        self.window = window
        isLive = false
    }

    /// Goes on with other settings: prices count from now on.
    ///
    /// - Parameters:
    ///   - settings: the new ones.
    ///   - sources: the names of the meters there are now; the others are not waited for.
    public mutating func change(to settings: Settings, sources: [String]) {
        self.settings = settings
        series = LedgerSeries(settings.tags)
        keep(sources)
    }

    /// Forgets meters that are not in the configuration any more.
    public mutating func keep(_ sources: [String]) {
        memory.tracks.removeAll { !sources.contains($0.source) }
        memory.watch.keep(sources)
    }

    /// When the newest complete quarter ended; it changes when there is something worth saving.
    public var completeUntil: Int64 { memory.completeUntil }

    /// Takes what a point means.
    ///
    /// - Parameters:
    ///   - meaning: what the point says.
    ///   - timestamp: the point's date; whole seconds count, as in the database.
    /// - Returns: what follows from it.
    public mutating func learn(_ meaning: Meaning, at timestamp: Timestamp) -> Lesson {
        var lesson = Lesson()
        let time = timestamp.seconds
        var hasCrossed = false
        if isLive, isStarting {
            isStarting = false
            note(memory.watch.noteStart(at: time, newest: memory.newest), &lesson)
        }
        for fact in meaning.facts {
            switch fact {
            case .register(let register, let value, let serial):
                if learn(register, value, serial, meaning.source, time, &lesson) { hasCrossed = true }
            case .apparentPower(let drawn, _):
                completed(memory.extremes.note(va: drawn.map { Double($0) }, subscribedVA: nil, at: time), &lesson)
            case .contract(let subscribed, let register):
                completed(
                    memory.extremes.note(va: nil, subscribedVA: subscribed.map { Double($0) }, at: time),
                    &lesson
                )
                if let register { noteRegister(register, at: time) }
            case .phase(let number, let volts, let va):
                for done in memory.extremes.note(
                    number,
                    volts: volts,
                    va: va,
                    source: meaning.source,
                    at: time,
                    allowed: settings.allowedVolts,
                    settings.calendar
                ) { completed(done, &lesson) }
            case .site(let facts):
                guard isLive, let news = memory.site.note(facts, at: time, settings.calendar) else { break }
                lesson.points.append(series.site(news.fields(settings.place), at: time))
            case .production, .notices: break
            }
        }
        memory.newest = max(memory.newest ?? time, time)
        if hasCrossed { settle(&lesson) }
        if isLive {
            if let slot = balance.note(meaning, at: time) { lesson.points.append(series.flow(slot)) }
            note(memory.watch.note(meaning, at: time, settings), &lesson)
        }
        return lesson
    }

    /// Looks at the time when nothing was read, for what begins with silence.
    public mutating func look(at now: Timestamp) -> Lesson {
        var lesson = Lesson()
        note(memory.watch.look(at: now.seconds), &lesson)
        return lesson
    }

    /// Makes the points of what a recomputed span leaves open: its end is in the middle of things.
    public mutating func finish() -> Lesson {
        var lesson = Lesson()
        for done in memory.extremes.open { completed(done, &lesson) }
        settle(&lesson)
        return lesson
    }

    // MARK: Registers

    private mutating func learn(
        _ register: MeterRegister,
        _ value: Double,
        _ serial: String?,
        _ source: String,
        _ time: Int64,
        _ lesson: inout Lesson
    ) -> Bool {
        let known = memory.tracks.firstIndex { entry in
            entry.source == source && entry.role == register.role && entry.name == register.name
        }
        guard let place = known else {
            let track = Track(value, serial: serial, at: time)
            memory.tracks.append(TrackEntry(source: source, role: register.role, name: register.name, track: track))
            return false
        }
        let before = memory.tracks[place].track
        let step = memory.tracks[place].track.note(value, serial: serial, at: time, register)
        switch step {
        case .late: return false
        case .grew(let growth, let since): book(growth, register, source, since, time)
        case .rolledOver(let growth, let since):
            book(growth, register, source, since, time)
            if isLive { note(Watch.rollover(source, register, from: before.value, at: time), &lesson) }
        case .newChapter(let chapter):
            guard isLive else { break }
            note(memory.watch.chapter(chapter, source, register, from: before, to: value, at: time), &lesson)
        }
        return Quarter.start(of: before.time) != Quarter.start(of: time)
    }

    private mutating func book(
        _ growth: Double,
        _ register: MeterRegister,
        _ source: String,
        _ since: Int64,
        _ time: Int64
    ) {
        let accounts = Account.all(of: register, source: source)
        let isEstimated = time - since > Self.longestInterpolation
        for (start, share) in Spread(growth, from: since, to: time) {
            guard let place = place(ofQuarter: start, accounts) else {
                needsRollup = true
                continue
            }
            for account in accounts { memory.quarters[place].sums[account, default: 0] += share }
            if isEstimated, !Set(accounts).isDisjoint(with: Account.energies) {
                memory.quarters[place].isEstimated = true
            }
        }
    }

    /// The quarter in which these accounts may still be booked.
    private mutating func place(ofQuarter start: Int64, _ accounts: [Account]) -> Int? {
        let place = memory.quarters.firstPlace { $0.start >= start }
        if place < memory.quarters.count, memory.quarters[place].start == start {
            return memory.quarters[place].settled.isDisjoint(with: accounts) ? place : nil
        }
        if start + Quarter.length <= memory.completeUntil {
            // Complete without this meter, which was away for long: fine where nobody else counted for it.
            let meters = memory.tracks.count { !Set($0.accounts).isDisjoint(with: accounts) }
            guard meters == 1 else { return nil }
        }
        guard memory.quarters.count < Self.room else { return nil }
        memory.quarters.insert(Quarter(start: start), at: place)
        return place
    }

    private mutating func noteRegister(_ number: Int, at time: Int64) {
        let start = Quarter.start(of: time)
        let place = memory.quarters.firstPlace { $0.start >= start }
        if place < memory.quarters.count, memory.quarters[place].start == start {
            memory.quarters[place].register = number
        }
    }

    // MARK: Settling

    /// Makes final what every meter concerned has passed.
    private mutating func settle(_ lesson: inout Lesson) {
        countMissing()
        let heard = memory.tracks.filter { $0.track.missed < Self.patience }
        var waits: [Account: Int64] = [:]
        for entry in heard {
            for account in entry.accounts {
                waits[account] = min(waits[account] ?? .max, entry.track.time)
            }
        }
        let everybody = heard.map(\.track.time).min() ?? .min
        var open: [Quarter] = []
        for var quarter in memory.quarters {
            let due = quarter.sums.keys.filter { account in
                !quarter.settled.contains(account) && quarter.end <= waits[account] ?? .max
            }
            if !due.isEmpty {
                quarter.settled.formUnion(due)
                settle(quarter, due, &lesson)
            }
            guard quarter.end > everybody else { continue }
            // Of what is final only that is needed of which consumption will be made.
            quarter.sums = quarter.sums.filter {
                !quarter.settled.contains($0.key) || Account.energies.contains($0.key)
            }
            open.append(quarter)
        }
        memory.quarters = open
        if !heard.isEmpty { memory.completeUntil = max(memory.completeUntil, Quarter.start(of: everybody)) }
        for span in memory.totals.takeChanged() { lesson.points += series.total(span, settings.calendar) }
        memory.totals.letGo(before: min(open.first?.start ?? .max, memory.completeUntil))
    }

    /// A long gap counts once, however long it is: after it all meters come back.
    private mutating func countMissing() {
        guard let newest = memory.newest else { return }
        let quarter = Quarter.start(of: newest)
        guard quarter > memory.countedQuarter else { return }
        memory.countedQuarter = quarter
        for place in memory.tracks.indices where memory.tracks[place].track.time < quarter {
            memory.tracks[place].track.missed += 1
        }
    }

    /// Adds what became final in a quarter to the totals, and makes its points.
    private mutating func settle(_ quarter: Quarter, _ due: [Account], _ lesson: inout Lesson) {
        guard window.contains(quarter.start) else { return }
        let date = settings.calendar.date(quarter.start)
        let tariff = settings.tariffs.tariff(on: date)
        func add(_ value: Double, _ field: Totals.Field) {
            if memory.totals.add(value, to: field, at: quarter.start, settings.calendar) { needsRollup = true }
        }
        var hasEnergy = false
        for account in due {
            let value = quarter.sums[account] ?? 0
            let words = account.words
            switch account {
            case .grid: add(value, .grid)
            case .export:
                add(value, .export)
                if let price = tariff?.feedIn { add(value / 1000 * price, .eurExport) }
            case .production: add(value, .production)
            default:
                if words[0] == "tariff" {
                    let euros = tariff?.price(of: words[1]).map { value / 1000 * $0 }
                    if let euros { add(euros, .eurImport) }
                    if value > 0 { lesson.points.append(series.tariff(words[1], value, euros, at: quarter.start)) }
                } else {
                    lesson.points.append(series.meter(words[1], words[2], value, at: quarter.start))
                }
                continue
            }
            hasEnergy = true
        }
        guard hasEnergy else { return }
        if let consumption = quarter.consumption {
            add(consumption, .consumption)
            let price = quarter.register.flatMap { tariff?.price(ofRegister: $0) }
            if let price, let made = quarter.final(.production), let injected = quarter.final(.export) {
                add(max(0, made - injected) / 1000 * price, .eurSaved)
            }
        }
        if let subscription = tariff?.subscription { bookSubscription(subscription, at: quarter.start) }
        lesson.points.append(series.energy(quarter))
    }

    /// The share of the subscription that a day costs, and that the month has cost so far.
    private mutating func bookSubscription(_ monthly: Double, at seconds: Int64) {
        let calendar = settings.calendar
        let days = calendar.daysInMonth(seconds)
        let date = calendar.date(seconds)
        let soFar = (1...date.day).reduce(0.0) { sum, day in
            let then = settings.tariffs.tariff(on: LocalDate(year: date.year, month: date.month, day: day))
            return sum + (then?.subscription ?? 0) / Double(days)
        }
        memory.totals.set(monthly / Double(days), .eurSubscription, of: .day, at: seconds, calendar)
        memory.totals.set(soFar, .eurSubscription, of: .month, at: seconds, calendar)
    }

    private mutating func completed(_ done: Extremes.Completed?, _ lesson: inout Lesson) {
        guard let done else { return }
        switch done {
        case .phase(let phase) where window.contains(phase.quarter): lesson.points += series.phase(phase)
        case .day(let number, let day) where window.contains(day.start):
            lesson.points.append(series.day(number, day))
        case .power(let power) where window.contains(power.quarter): lesson.points += series.power(power)
        default: break
        }
    }

    private mutating func note(_ events: [EnergyEvent], _ lesson: inout Lesson) {
        for event in events { lesson.points.append(series.event(event)) }
        lesson.events += events
    }
}

/// What a reading led to.
public struct Lesson: Sendable {
    /// Points for the database.
    public var points: [Point] = []
    /// What people may want to be told.
    public var events: [EnergyEvent] = []

    public init() {}
}
