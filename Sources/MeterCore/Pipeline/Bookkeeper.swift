import MeterNotation

/// Lets the ledger learn from the readings once they are dated; while the ledger is looked for, they wait.
struct Bookkeeper {
    /// Readings that may wait: at ten seconds a reading of two meters, hours.
    private static let room = 20_000

    /// The books; behind the readings while the ledger is not open.
    private(set) var ledger: Ledger
    /// The readings that wait while the ledger is looked for; `nil` afterwards.
    private var waiting: [Reading]? = []
    /// Watches for the page of the house; `nil` without one.
    var lookout: Lookout?
    /// The latest values, for neighbours that are shown them; `nil` without any.
    var board: MirrorBoard?
    /// The registers at the end of the last quarter, for the register that can be checked; `nil` where there is none.
    var quarterRegisters: QuarterRegisters?
    /// True when the page of the house shows something else now; whoever tells it takes that back.
    var hasNews = false
    /// Settings that came meanwhile.
    private var changed: (settings: Ledger.Settings, sources: [String])?

    /// Makes a bookkeeper whose ledger is not open yet.
    ///
    /// - Parameter ledger: the one that is used when `open` is never called.
    init(_ ledger: Ledger) { self.ledger = ledger }

    /// True when the ledger is open.
    var isOpen: Bool { waiting == nil }

    /// Takes a reading with its date.
    ///
    /// - Parameters:
    ///   - point: the reading.
    ///   - present: the present.
    /// - Returns: the consequences; none while the reading waits.
    mutating func next(_ point: Point, at present: Present) -> Lesson {
        let reading = Reading(point)
        board?.note(point, reading?.facts ?? [], at: present)
        guard let reading else { return Lesson() }
        quarterRegisters?.note(reading, at: present)
        if lookout?.note(reading, at: present, ledger.settings) == true { hasNews = true }
        if isOpen { return ledger.learn(reading, at: present) }
        if waiting?.count ?? 0 < Self.room { waiting?.append(reading) }
        return Lesson()
    }

    /// Opens the ledger, which then learns what has come in meanwhile.
    ///
    /// - Parameters:
    ///   - present: the present.
    ///   - work: brings the ledger up to date.
    /// - Returns: the consequences of all of it, in order.
    mutating func open(at present: Present, _ work: (inout Ledger) -> [Lesson]) -> [Lesson] {
        var lessons = work(&ledger)
        if let changed { ledger.change(to: changed.settings, sources: changed.sources) }
        changed = nil
        let late = waiting ?? []
        waiting = nil
        for reading in late { lessons.append(ledger.learn(reading, at: present)) }
        return lessons
    }

    /// Closes the ledger until `open` brings a better one; what comes in meanwhile waits.
    ///
    /// - Returns: `false` when it is not open yet.
    mutating func close() -> Bool {
        guard isOpen else { return false }
        waiting = []
        return true
    }

    /// The house as it is now, in short: without a lookout it is what the ledger knows.
    func summary(at present: Present) -> HouseNow {
        if let state = houseNow(at: present) { return state }
        let now = present.now.seconds
        var state = HouseNow(ledger.balance.flow(at: now, ledger.settings), at: now)
        state.clockIsUnknown = present.trust == .unknown
        let tariff = ledger.settings.tariffs.tariff(on: ledger.settings.calendar.date(now))
        state.price = tariff.map { HouseNow.Price($0, $0.option, register: ledger.register(at: now)) }
        return withSums(state)
    }

    /// The house as it is now; `nil` without a lookout.
    func houseNow(at present: Present) -> HouseNow? {
        lookout.map { withSums($0.now(at: present, ledger.settings)) }
    }

    /// Adds what the books say of today and of the month; nothing while they are not open.
    private func withSums(_ state: HouseNow) -> HouseNow {
        guard isOpen else { return state }
        var state = state
        let (now, until) = (state.time, ledger.importUntil)
        func sums(_ period: Totals.Period) -> HouseNow.Sums? {
            ledger.sums(of: period, at: now).map { HouseNow.Sums(start: $0.start, until: until, sums: $0.sums) }
        }
        (state.today, state.month) = (sums(.day), sums(.month))
        let colours = ledger.memory.watch.colours(at: now, ledger.settings.calendar)
        state.price?.today = colours.today
        state.price?.tomorrow = colours.tomorrow
        return state
    }

    /// The latest values for neighbours; empty without a board.
    func shown(at present: Present) -> [ShownValue] {
        board?.values(at: present, isOpen ? ledger : nil, ledger.settings) ?? []
    }

    /// Gives up the readings that came too late for the sums.
    mutating func forgetLate() { ledger.memory.late = nil }

    /// Looks at the time, for what begins with silence; not before it is known.
    mutating func look(at present: Present) -> Lesson {
        isOpen && present.trust != .unknown ? ledger.look(at: present) : Lesson()
    }

    /// Goes on when the time that was believed until now was corrected.
    ///
    /// - Parameters:
    ///   - seconds: by which it is later now.
    ///   - present: by the corrected time.
    mutating func timeWasCorrected(by seconds: Int64, at present: Present) {
        ledger.timeWasCorrected(by: seconds)
        lookout?.timeWasCorrected(by: seconds, at: present)
    }

    /// Goes on with other settings.
    ///
    /// - Parameters:
    ///   - settings: the new ones.
    ///   - sources: the names of the meters there are now.
    mutating func change(to settings: Ledger.Settings, sources: [String]) {
        ledger.change(to: settings, sources: sources)
        lookout?.keep(sources)
        board?.keep(sources)
        quarterRegisters?.keep(sources)
        if !isOpen { changed = (settings, sources) }
    }
}
