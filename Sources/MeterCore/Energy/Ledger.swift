public import MeterNotation

/// The books of a house: meter registers in, energies of quarters of an hour, hours, days and months out.
///
/// Pure: no clock, no file, no network. The same readings give the same points, live or recomputed from the database;
/// points are whole sums under fixed times, so that writing them again changes nothing. Energies are differences of
/// registers, cut at the boundaries by linear interpolation; over a gap longer than a quarter they are shared out in
/// proportion to time and marked as estimated.
public struct Ledger: Sendable {
    /// The knowledge of the ledger besides the readings.
    public struct Settings: Sendable {
        /// The tags of every point; `site=maison` by default.
        public var tags: [(String, String)]
        /// The tag `site` of every point; `nil` where they have none.
        public var site: String? { tags.first { $0.0 == "site" }?.1 }
        /// The calendar whose days and months are added up; that of Europe/Paris by default.
        public var calendar: LocalCalendar
        /// The prices; without any, nothing is written in euros.
        public var tariffs: TariffHistory
        /// The voltages that the network must deliver, 207 to 253 V.
        ///
        /// Article D322-1 and following of the code de l'énergie.
        public var allowedVolts: ClosedRange<Double>
        /// The household's words of its place.
        public var place: Place
        /// The sources that produce.
        public var production: Production
        /// The batteries and the hybrid inverters.
        public var storage = Storage()
        /// The seconds for which each source says nothing while all is well, by its name.
        public var pauses: [String: Int64] = [:]

        public init(
            tags: [(String, String)] = [("site", "maison")],
            calendar: LocalCalendar = LocalCalendar(.paris),
            tariffs: TariffHistory = TariffHistory(),
            allowedVolts: ClosedRange<Double> = 207...253,
            place: Place = Place(),
            production: Production = Production()
        ) {
            self.tags = tags
            self.calendar = calendar
            self.tariffs = tariffs
            self.allowedVolts = allowedVolts
            self.place = place
            self.production = production
        }
    }

    /// The place as the household describes it.
    public struct Place: Sendable, Hashable {
        /// The name that dashboards show.
        public var name: String?
        /// Degrees north, from -90 to 90; `nil` when it is not told.
        public var latitude: Double?
        /// Degrees east, from -180 to 180; `nil` when it is not told.
        public var longitude: Double?
        /// True when the delivery point and the meter's number are shown in full, not only their last four digits.
        public var showsIdentity = false

        public init() {}
    }

    /// The state that must survive a restart; opaque to all others.
    public struct Memory: Sendable, Codable {
        var tracks: [TrackEntry] = []
        var quarters: [Quarter] = []
        var totals = Totals()
        var extremes = Extremes()
        var watch = Watch()
        var site = SiteBook()
        /// Registers that count without a price, and the tariff for which that was said.
        var unpriced: [String: String]?
        var eventTimes: EventTimes?
        /// The Wh, below 0, by which the consumption so far is too large; `nil` for none.
        var owed: Double?
        /// The part of it that estimated quarters owe, below 0; `nil` for none.
        var owedByEstimates: Double?
        /// Batteries of which the power is read and no register ever was; `nil` for none.
        var uncounted: Set<String>?
        /// Readings that came too late to be added up here; `nil` for none.
        public internal(set) var late: LateReadings?
        /// The instant before which something may have counted that these books do not know; `nil` for none.
        ///
        /// No memory was left then and no database could be read: only that may have sums of what began before.
        var partUntil: Int64?
        /// The end of the newest quarter that is complete.
        var completeUntil = Int64.min
        /// The latest reading of all, in seconds since 1970; `nil` in empty books.
        public internal(set) var newest: Int64?
        /// True while that is later than it is; `nil` for false.
        var isAhead: Bool?
        /// The quarter of that reading when meters that were not heard were counted last.
        var countedQuarter = Int64.min

        /// True when sums of now are only a part, and the database has the others.
        public var isPart: Bool { partUntil != nil }

        /// Forgets meters no longer configured.
        mutating func keep(_ sources: [String]) {
            tracks.removeAll { !Subject.isMeter($0.source, of: sources) }
            uncounted = uncounted?.filter { Subject.isMeter($0, of: sources) }
            watch.keep(sources)
        }

        /// The same, small enough for a state file; quarters that are left out are made again from the database.
        var forSaving: Memory {
            guard quarters.count > Ledger.mostSaved, let first = quarters.first else { return self }
            var small = self
            small.quarters.removeFirst(quarters.count - Ledger.mostSaved)
            small.noteLate(at: first.start)
            if let last = small.quarters.first { small.noteLate(at: last.start) }
            return small
        }
    }

    /// A register, whose it is, and how it was read last.
    struct TrackEntry: Sendable, Codable {
        let source: String
        let quantity: MeterRegister.Quantity
        let name: String
        /// True when the distributor's meter counts it; `nil` in books of a release that did not note it.
        var isDistributors: Bool?
        var track: Track
        /// What meters counted here before the one of now, less where that one began; `nil` for 0.
        ///
        /// With it a register is a total that neither falls nor jumps when the meter is replaced, is reset, starts again
        /// at zero or is read in another unit.
        var origin: Double?
        /// All that was accepted, from the first meter's register on.
        var total: Double { track.counted + (origin ?? 0) }

        enum CodingKeys: String, CodingKey {
            case source
            case quantity = "role"
            case name, isDistributors, track, origin
        }

        /// The register with its bounds, but for where it starts again.
        var register: MeterRegister {
            MeterRegister(quantity, name: name, isDistributors: isDistributors == true)
        }

        /// True for an entry of the same register, whoever's meter it is.
        func isSame(as other: TrackEntry) -> Bool {
            source == other.source && quantity == other.quantity && name == other.name
        }

        /// Goes on from a total, however the register stands.
        mutating func goOn(from total: Double) {
            let origin = total - track.counted
            self.origin = origin == 0 ? nil : origin
        }
    }

    /// A register that will be read again.
    struct ExpectedRegister: Hashable, Sendable {
        let source: String
        let quantity: MeterRegister.Quantity
        let name: String
    }

    /// A gap shorter than this is interpolated, a longer one is estimated; a reading a quarter may be some seconds
    /// late.
    static let longestInterpolation: Int64 = 900 + 60
    /// The seconds, 17 h, that no night of mainland France lasts.
    static let longestNight: Int64 = 17 * 3600
    /// Quarters without a reading after which a meter is not waited for: two days.
    static let patience = 192
    /// The Wh that are owed at most where no register has coarse steps.
    static let roundedEnergy = 100.0
    /// Quarters that are saved: ten days.
    static let mostSaved = 960
    /// Quarters that may be open; a gap of a year is more than enough.
    static let room = 40_000

    /// The settings of now; `change` replaces them.
    public private(set) var settings: Settings
    /// The state that must survive a restart.
    public internal(set) var memory: Memory
    /// Makes the points.
    var series: LedgerSeries
    /// The flows of now.
    var balance = Balance()
    /// The quarters that points are made for; the others only lead up to them.
    let window: Range<Int64>
    /// True when readings are made now, and not read from the database: those say nothing new to people.
    var isLive: Bool
    /// The times of readings that are known to come, of books that are computed again.
    var expected: [ExpectedRegister: Int64] = [:]
    /// True while more readings of one instant come.
    var isSettlingLater = false
    /// True when one of them completed something.
    var hasToSettle = false
    /// True when the next reading is the first one of a run.
    var isStarting = false
    /// The spans that the clock skipped, the newest last, into which it may come back.
    var holes: [Hole] = []
    /// The distance of the clock by which the last reading was dated, see `Present`; `nil` before the first one.
    var distance: Int64?
    /// True when something came too late to be added up here; `rollup` can, and the household is told.
    public var needsRollup: Bool { memory.late?.isMissing ?? false }

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
    ///   - memory: the state that an earlier run left.
    public init(_ settings: Settings, recomputing window: Range<Int64>, memory: Memory? = nil) {
        self.settings = settings
        self.memory = memory ?? Memory()
        series = LedgerSeries(settings.tags)
        self.window = window
        isLive = false
    }

    /// Forgets the sums of now: something else may have counted, which only the database knows.
    ///
    /// Quarters, days and months that began before the next reading are not written then.
    public mutating func loseSums() {
        memory.totals = Totals()
        memory.quarters = []
        memory.partUntil = .max
    }

    /// Knows that no other sums are anywhere.
    public mutating func haveAllSums() { memory.partUntil = nil }

    /// False for what may have begun before these books.
    func isWhole(_ start: Int64) -> Bool { window.contains(start) && start >= memory.partUntil ?? .min }

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

    /// Forgets meters no longer configured.
    public mutating func keep(_ sources: [String]) {
        memory.keep(sources)
        for place in holes.indices { holes[place].before.keep(sources) }
        balance.keep(sources)
    }

    /// The end of the newest complete quarter; a change means that there is something worth saving.
    public var completeUntil: Int64 { memory.completeUntil }

    /// The end of the newest quarter whose import is counted; that of the newest complete one in a house without.
    ///
    /// Other meters may be read once a day.
    var importUntil: Int64 {
        let meters = memory.tracks.filter { $0.track.missed < Self.patience && accounts(of: $0).contains(.import) }
        return meters.map(\.track.knownUntil).min().map { Quarter.start(of: $0) } ?? completeUntil
    }

    /// Takes a point.
    ///
    /// - Returns: the consequences; none of a point that says nothing of the house's energy.
    public mutating func learn(_ point: Point) -> Lesson { Reading(point).map { learn($0) } ?? Lesson() }

    /// Takes a reading; of its time whole seconds count, as in the database.
    ///
    /// - Parameters:
    ///   - reading: one that is dated later than it can be is passed over: the next one of its register has its energy.
    ///   - present: the present; `nil` for readings of the database.
    /// - Returns: the consequences, live or recomputed the same.
    public mutating func learn(_ reading: Reading, at present: Present? = nil) -> Lesson {
        var lesson = Lesson()
        let time = reading.time.seconds
        guard isPossible(time, at: present) else { return lesson }
        var hasCrossed = false
        if self.isLive { follow(time, present, &lesson) }
        if memory.partUntil == .max { memory.partUntil = max(time, present?.now.seconds ?? time) }
        let isLive = isLive && !reading.isRecord
        if isLive, isStarting {
            isStarting = false
            note(memory.watch.noteStart(at: time, newest: memory.newest), &lesson)
        }
        let neededRollup = needsRollup
        for fact in reading.facts {
            switch fact {
            case .register(let register, let value):
                if learn(register, value, reading, present, &lesson) { hasCrossed = true }
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
                    source: reading.meter,
                    at: time,
                    allowed: settings.allowedVolts,
                    settings.calendar
                ) { completed(done, &lesson) }
            case .pulses(let count, let role):
                if learn(MeterRegister(.pulses, name: role.rawValue), Double(count), reading, present, &lesson) {
                    hasCrossed = true
                }
            case .batteryPower: noteBattery(reading)
            case .production, .gridPower, .portPower, .charge: break
            }
        }
        if isLive, let facts = reading.remarks?.site,
            let news = memory.site.note(facts, at: time, settings.calendar)
        {
            lesson.points.append(series.site(news, settings.place, at: time))
        }
        if present?.hasCome(time) ?? true { memory.newest = max(memory.newest ?? time, time) }
        if hasCrossed, isSettlingLater {
            hasToSettle = true
        } else if hasCrossed {
            settle(&lesson)
        }
        if self.isLive, needsRollup, !neededRollup { note([.tooLate(reading.meter, at: time)], &lesson) }
        if isLive {
            if let slot = balance.note(reading, settings) {
                lesson.points.append(series.flow(slot))
                note(memory.watch.note(slot), &lesson)
            }
            note(memory.watch.note(reading, settings), &lesson)
        }
        return lesson
    }

    /// The total of a register since the box first read it, in the unit of its quantity; `nil` before that.
    ///
    /// It begins at the register, and from then on is the sum of all that was accepted: it never falls and never jumps.
    func total(of meter: String, _ quantity: MeterRegister.Quantity, name: String) -> RunningTotal? {
        let found = memory.tracks.filter { $0.source == meter && $0.quantity == quantity && $0.name == name }
        guard let newest = found.max(by: { $0.track.time < $1.track.time }) else { return nil }
        return RunningTotal(total: newest.total, register: newest.track.counted, time: newest.track.time)
    }

    /// Looks at the time when nothing was read, for what begins with silence.
    public mutating func look(at present: Present) -> Lesson {
        var lesson = Lesson()
        comeBack(to: present, &lesson)
        let now = present.now.seconds
        note(memory.watch.look(at: now, asleep: asleep(at: now), settings.pauses), &lesson)
        return lesson
    }

    /// The sums so far of the local day or month that an instant lies in; `nil` when nothing was counted in it yet, or
    /// not all of it.
    func sums(of period: Totals.Period, at now: Int64) -> (start: Int64, sums: [Field: Double])? {
        let found = memory.totals.spans.last { $0.kind == period && $0.start <= now && now < $0.end }
        guard let found, found.start >= memory.partUntil ?? .min, !found.sums.isEmpty else { return nil }
        return (found.start, found.sums.mapValues { ($0 * 1e6).rounded() / 1e6 })
    }

    /// Makes the points of what a recomputed span leaves open: its end is in the middle of things.
    ///
    /// A meter that fell silent before the end, such as one that has another name since, is not waited for.
    public mutating func finish() -> Lesson {
        var lesson = Lesson()
        expected = [:]
        let newest = memory.tracks.map(\.track.time).max() ?? .min
        for place in memory.tracks.indices where newest - memory.tracks[place].track.time > 2 * Quarter.length {
            memory.tracks[place].track.missed = Self.patience
        }
        for done in memory.extremes.open { completed(done, &lesson) }
        settle(&lesson)
        return lesson
    }

    /// Makes the points of a quarter or day of extremes that lies in the window.
    mutating func completed(_ done: Extremes.Completed?, _ lesson: inout Lesson) {
        guard let done else { return }
        switch done {
        case .phase(let phase) where isWhole(phase.quarter): lesson.points += series.phase(phase)
        case .day(let number, let day) where isWhole(day.start):
            lesson.points.append(series.day(number, day))
        case .power(let power) where isWhole(power.quarter): lesson.points += series.power(power)
        default: break
        }
    }

    /// Makes the points of events, each under a second of its own.
    mutating func note(_ events: [EnergyEvent], _ lesson: inout Lesson) {
        guard !events.isEmpty else { return }
        var times = memory.eventTimes ?? EventTimes()
        for event in events {
            let placed = times.placed(event)
            lesson.points.append(series.event(placed))
            lesson.events.append(placed)
        }
        memory.eventTimes = times
    }
}

/// The consequences of a reading.
public struct Lesson: Sendable {
    /// Points for the database.
    public var points: [Point] = []
    /// News for people.
    public var events: [EnergyEvent] = []

    public init() {}
}
