import MeterNotation

/// Quarters into hours, days, months and euros.
extension Ledger {
    /// Makes final what every meter concerned has passed.
    mutating func settle(_ lesson: inout Lesson) {
        countMissing()
        let heard = memory.tracks.filter { $0.track.missed < Self.patience || isExpected($0) }
        var waits: [Account: Int64] = [:]
        for entry in heard {
            for account in accounts(of: entry) {
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
                settle(&quarter, due, &lesson)
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
        for span in memory.totals.takeChanged() where span.start >= memory.partUntil ?? .min {
            lesson.points += series.total(span, settings.calendar)
        }
        memory.totals.letGo(before: min(open.first?.start ?? .max, memory.completeUntil))
    }

    /// True while it is known that a register will be read again.
    private func isExpected(_ entry: TrackEntry) -> Bool {
        guard !expected.isEmpty else { return false }
        let key = ExpectedRegister(source: entry.source, quantity: entry.quantity, name: entry.name)
        return expected[key].map { entry.track.time < $0 } ?? false
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
    private mutating func settle(_ quarter: inout Quarter, _ due: [Account], _ lesson: inout Lesson) {
        guard isWhole(quarter.start) else {
            // Books that were made anew lack the sums of the days before; a meter that comes back counts there.
            if isLive, !window.contains(quarter.start), due.contains(where: { quarter.sums[$0] ?? 0 > 0 }) {
                noteLate(at: quarter.start)
            }
            _ = settledConsumption(of: &quarter, due)
            return
        }
        let date = settings.calendar.date(quarter.start)
        let tariff = settings.tariffs.tariff(on: date)
        func add(_ value: Double, _ field: Field) {
            if memory.totals.add(value, to: field, at: quarter.start, settings.calendar) { noteLate(at: quarter.start) }
        }
        for account in due {
            let value = quarter.sums[account] ?? 0
            switch account {
            case .import: add(value, .importWh)
            case .export:
                add(value, .exportWh)
                if let price = tariff?.feedIn { add(value / 1000 * price, .eurExport) }
            case .production: add(value, .productionWh)
            case .charge: add(value, .chargeWh)
            case .discharge: add(value, .dischargeWh)
            case .consumption: break
            case .meter(let meter, let quantity):
                let pulses = Account.pulses(meter, quantity.rawValue)
                let count = due.contains(pulses) ? quarter.sums[pulses] : nil
                lesson.points.append(series.meter(meter, quantity.rawValue, value, count, at: quarter.start))
            case .pulses(let meter, let role):
                let quantity = MeterRegister.Quantity(rawValue: role)
                if let quantity, due.contains(.meter(meter, quantity)) { break }
                lesson.points.append(series.meter(meter, role, nil, value, at: quarter.start))
            case .tariff(let register):
                let euros = tariff?.price(of: register).map { value / 1000 * $0 }
                if let euros { add(euros, .eurImport) }
                if value > 0 { lesson.points.append(series.tariff(register, value, euros, at: quarter.start)) }
                if let tariff, value > 0 { notePrice(of: register, tariff, isKnown: euros != nil, &lesson) }
            }
        }
        let hasEnergy = !Account.energies.isDisjoint(with: due)
        guard hasEnergy else { return }
        let consumption = settledConsumption(of: &quarter, due)
        if let consumption {
            add(consumption, .consumptionWh)
            let price = quarter.register.flatMap { tariff?.price(ofRegister: $0) }
            if let price, let made = quarter.final(.production), let injected = quarter.final(.export) {
                add(max(0, made - injected) / 1000 * price, .eurSaved)
            }
        }
        if let subscription = tariff?.subscription { bookSubscription(subscription, at: quarter.start) }
        lesson.points.append(series.energy(quarter, consumption))
    }

    /// The consumption of a quarter when it is first known, never less than 0; `nil` else.
    ///
    /// A register with coarse steps may count an energy a step later than it was used, and one that was silent has a
    /// gap's energy shared out evenly: what is missing in one quarter is taken from those after it, so that their sum
    /// is right. Steps owe no more than they are large, what is missing else is no rounding; an estimate owes it all.
    private mutating func settledConsumption(of quarter: inout Quarter, _ due: [Account]) -> Double? {
        guard !Account.energies.isDisjoint(with: due), let consumption = consumption(of: quarter),
            quarter.settled.insert(.consumption).inserted
        else { return nil }
        let rest = consumption + (memory.owed ?? 0)
        let most = memory.tracks.reduce(Self.roundedEnergy) { sum, entry in
            let isEnergy = [.import, .export, .production, .charge, .discharge].contains(entry.quantity)
            return isEnergy ? sum + entry.track.largestStep(entry.quantity) : sum
        }
        let ofEstimates = (memory.owedByEstimates ?? 0) + (quarter.isEstimated ? min(0, consumption) : 0)
        memory.owed = rest < 0 ? max(rest, ofEstimates - most) : nil
        memory.owedByEstimates = memory.owed.map { max($0, ofEstimates) }.flatMap { $0 < 0 ? $0 : nil }
        return max(0, rest)
    }

    /// Import, production and what batteries gave, without export and what batteries took; in Wh.
    ///
    /// Known when all that the house has is known; a house without panels and batteries uses its import.
    private func consumption(of quarter: Quarter) -> Double? {
        guard let drawn = quarter.final(.import), let stored = stored(in: quarter) else { return nil }
        if let produced = quarter.final(.production) {
            return quarter.final(.export).map { produced + drawn - $0 - stored }
        }
        let isMeasured = memory.tracks.contains { $0.quantity == .production }
        let hasInjected = memory.tracks.contains { $0.quantity == .export && $0.track.value > 0 }
        guard settings.production.isNone, !isMeasured else { return nil }
        // A battery may export, too.
        if hasInjected { return hasBattery ? quarter.final(.export).map { drawn - $0 - stored } : nil }
        return drawn - stored
    }

    /// True when a register of a battery was ever read.
    private var hasBattery: Bool { memory.tracks.contains { [.charge, .discharge].contains($0.quantity) } }

    /// The Wh that batteries took more than they gave; `nil` while that is not known.
    private func stored(in quarter: Quarter) -> Double? {
        var sum = 0.0
        for (quantity, account, sign) in [
            (MeterRegister.Quantity.charge, Account.charge, 1.0), (.discharge, .discharge, -1),
        ] where memory.tracks.contains(where: { $0.quantity == quantity }) {
            guard let value = quarter.final(account) else { return nil }
            sum += sign * value
        }
        return sum
    }

    /// Says once for each tariff that a register has no price.
    private mutating func notePrice(of register: String, _ tariff: Tariff, isKnown: Bool, _ lesson: inout Lesson) {
        guard isLive else { return }
        let told = isKnown ? nil : "\(tariff.option.rawValue) \(tariff.from)"
        guard told != memory.unpriced?[register] else { return }
        memory.unpriced = memory.unpriced ?? [:]
        memory.unpriced?[register] = told
        guard told != nil else { return }
        note([.withoutPrice(register, tariff, at: memory.newest ?? 0)], &lesson)
    }

    /// Books the share of the subscription that a day costs, and that the month has cost so far.
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
}
