/// Going on from what a database holds.
extension Ledger {
    /// The fields of a day and of a month.
    public static let totalFields = Kind.dayEnergy.columns.map(\.field)

    /// Takes over what days outside of the recomputed span add to a month.
    ///
    /// - Parameters:
    ///   - sums: those of `totalFields`.
    ///   - instant: some instant of the month, in seconds since 1970.
    public mutating func preload(month sums: [Field: Double], at instant: Int64) {
        // The month's share of the subscription is computed from the calendar.
        let known = sums.filter { $0.key != .eurSubscription }
        memory.totals.preload(.month, at: instant, known, settings.calendar)
    }

    /// Takes over what no database holds: what people were told, and what the house does now.
    ///
    /// - Parameters:
    ///   - older: the books until now.
    ///   - made: the late readings whose sums the database has meanwhile; what came after them stays to be done.
    public mutating func takeOver(from older: Ledger, made: LateReadings? = nil) {
        memory.watch = older.memory.watch
        memory.site = older.memory.site
        memory.unpriced = older.memory.unpriced
        memory.eventTimes = older.memory.eventTimes
        let isMade = older.memory.late == made
        memory.late = isMade ? nil : older.memory.late
        for place in memory.tracks.indices {
            let entry = memory.tracks[place]
            if let same = older.memory.tracks.first(where: { $0.isSame(as: entry) }) {
                memory.tracks[place].track.takeOver(from: same.track, made: isMade ? made : nil)
            }
        }
        balance = older.balance
        isStarting = older.isStarting
    }

    /// Goes on with the totals of older books, which no database has.
    ///
    /// A meter that was replaced since goes on where they stood: nobody knows what the one before counted after that.
    public mutating func goOn(withTotalsOf older: Memory) {
        for place in memory.tracks.indices {
            let entry = memory.tracks[place]
            guard let same = older.tracks.last(where: { $0.isSame(as: entry) }) else { continue }
            let growth =
                entry.track.continues(same.track, entry.quantity) ? entry.track.counted - same.track.counted : 0
            memory.tracks[place].goOn(from: same.total + max(0, growth))
        }
    }

    /// Waits for a register, however long it is away, until this reading of it: it is in the database.
    public mutating func expect(_ reading: Reading) {
        for fact in reading.facts {
            let register: MeterRegister
            switch fact {
            case .register(let known, _): register = known
            case .pulses(_, let role): register = MeterRegister(.pulses, name: role.rawValue)
            default: continue
            }
            let key = ExpectedRegister(source: reading.meter, quantity: register.quantity, name: register.name)
            expected[key] = max(expected[key] ?? .min, reading.time.seconds)
        }
    }

    /// From now on readings are made now, and not read from the database.
    public mutating func goLive() {
        isLive = true
        isStarting = true
    }
}
