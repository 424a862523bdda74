/// Registers into quarters.
extension Ledger {
    /// Takes a register's reading.
    ///
    /// - Returns: true when the register has come to another quarter, so that something may be complete; a reading
    ///   from before the clock was set back does not move it.
    mutating func learn(
        _ register: MeterRegister,
        _ value: Double,
        _ reading: Reading,
        _ present: Present?,
        _ lesson: inout Lesson
    ) -> Bool {
        let (source, time) = (reading.meter, reading.time.seconds)
        // Pulses are counted here, whatever meter is under them.
        let serial = register.quantity == .pulses ? nil : reading.remarks?.serial
        let known = memory.tracks.indices.first { place in
            memory.tracks[place].quantity == register.quantity && memory.tracks[place].name == register.name
                && memory.tracks[place].isDistributors ?? register.isDistributors == register.isDistributors
                && memory.tracks[place].source == source
        }
        guard let place = known else {
            let track = Track(value, serial: serial, at: time)
            memory.tracks.append(
                TrackEntry(
                    source: source,
                    quantity: register.quantity,
                    name: register.name,
                    isDistributors: register.isDistributors,
                    track: track
                )
            )
            return false
        }
        memory.tracks[place].isDistributors = register.isDistributors
        if let present, present.hasCome(max(time, memory.newest ?? time)),
            !present.hasCome(memory.tracks[place].track.time)
        {
            // A record of its own led it there, and was false.
            memory.tracks[place].track.bringBack(to: time)
            noteLate(at: time)
        }
        let before = memory.tracks[place].track
        let total = memory.tracks[place].total
        let watts = reading.watts(of: register.quantity)
        // What was booked as sleep is not booked again.
        let slept = before.knownUntil
        if time >= slept { memory.tracks[place].track.sleptUntil = nil }
        let step = memory.tracks[place].track
            .note(value, watts: watts, serial: serial, at: time, isRecord: reading.isRecord, register)
        switch step {
        case .late: return false
        case .unbooked(let span, let isMissing):
            // The books of that time have no place for it; the database has.
            noteLate(in: span, isMissing: isMissing)
            return false
        case .grew(let growth, let since): book(growth, register, source, max(since, slept), time)
        case .rolledOver(let growth, let since):
            memory.tracks[place].goOn(from: total + growth)
            book(growth, register, source, max(since, slept), time)
            if isLive { note(Watch.rollover(source, register, from: before.value, at: time), &lesson) }
        case .newChapter(let chapter, let growth, let since, let told):
            memory.tracks[place].goOn(from: total + growth)
            if growth > 0 { book(growth, register, source, max(since, slept), time) }
            // The register beside it tells of it.
            guard isLive, register.quantity != .pulses else { break }
            note(memory.watch.chapter(chapter, source, register, from: before, to: value, at: told), &lesson)
        }
        return Quarter.start(of: before.time) != Quarter.start(of: memory.tracks[place].track.time)
    }

    /// Books a register's growth on the quarters between two times.
    mutating func book(_ growth: Double, of entry: TrackEntry, _ since: Int64, _ time: Int64) {
        book(growth, entry.register, entry.source, since, time)
    }

    /// Books a register's growth on the quarters between two readings; where sleep is booked behind them, at its end.
    private mutating func book(
        _ growth: Double,
        _ register: MeterRegister,
        _ source: String,
        _ since: Int64,
        _ time: Int64
    ) {
        let time = max(time, since + 1)
        let accounts = memory.tracks.accounts(of: register, source, uncounted: memory.uncounted)
        guard !accounts.isEmpty else { return }
        // A register that stood still did so all the time.
        let isEstimated = growth > 0 && time - since > Self.longestInterpolation
        for (start, share) in Spread(growth, from: since, to: time) {
            guard let place = place(ofQuarter: start, accounts) else {
                noteLate(at: start)
                continue
            }
            for account in accounts { memory.quarters[place].sums[account, default: 0] += share }
            if isEstimated, !Account.energies.isDisjoint(with: accounts) {
                memory.quarters[place].isEstimated = true
            }
        }
    }

    /// The quarter in which these accounts may still be booked.
    private mutating func place(ofQuarter start: Int64, _ accounts: [Account]) -> Int? {
        if start + Quarter.length <= memory.completeUntil {
            // Complete without this meter, which was away for long: fine where nobody else counted for it.
            let meters = memory.tracks.count { !Set(self.accounts(of: $0)).isDisjoint(with: accounts) }
            guard meters == 1 else { return nil }
            // The rest of the house, which was made without it, is made again from the database.
            if accounts.contains(.parts) { memory.noteLate(in: start...start, isMissing: false) }
        }
        let place = memory.quarters.firstPlace { $0.start >= start }
        if place < memory.quarters.count, memory.quarters[place].start == start {
            return memory.quarters[place].settled.isDisjoint(with: accounts) ? place : nil
        }
        guard memory.quarters.count < Self.room else { return nil }
        memory.quarters.insert(Quarter(start: start), at: place)
        return place
    }

    /// Notes whether a battery of which the power is read has registers, too.
    mutating func noteBattery(_ reading: Reading) {
        func isOfBattery(_ quantity: MeterRegister.Quantity) -> Bool { quantity == .charge || quantity == .discharge }
        let isCounted =
            reading.facts.contains {
                if case .register(let register, _) = $0 { isOfBattery(register.quantity) } else { false }
            }
            || memory.tracks.contains { isOfBattery($0.quantity) && $0.source == reading.meter }
        if !isCounted {
            memory.uncounted = (memory.uncounted ?? []).union([reading.meter])
        } else if memory.uncounted?.remove(reading.meter) != nil, memory.uncounted?.isEmpty ?? true {
            memory.uncounted = nil
        }
    }

    /// The supplier's register that counts in the quarter of an instant; `nil` where no meter told it.
    func register(at now: Int64) -> Int? {
        memory.quarters.last { $0.start == Quarter.start(of: now) }?.register
    }

    /// Notes the supplier's register that counts in a quarter; the last one of a quarter stays.
    mutating func noteRegister(_ number: Int, at time: Int64) {
        let start = Quarter.start(of: time)
        let place = memory.quarters.firstPlace { $0.start >= start }
        if place < memory.quarters.count, memory.quarters[place].start == start {
            memory.quarters[place].register = number
        }
    }
}
