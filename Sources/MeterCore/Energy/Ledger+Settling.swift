import MeterNotation

/// Quarters into hours, days, months and euros.
extension Ledger {
    /// Makes final what every meter concerned has passed.
    mutating func settle(_ lesson: inout Lesson) {
        countMissing()
        bookSleep()
        var waits: [Account: Int64] = [:]
        var everybody: Int64?
        for entry in memory.tracks where entry.track.missed < Self.patience || isExpected(entry) {
            let known = entry.track.knownUntil
            everybody = min(everybody ?? .max, known)
            for account in accounts(of: entry) {
                waits[account] = min(waits[account] ?? .max, known)
            }
        }
        // Accounts of one field are final together, and their sum is.
        for (one, other) in Account.pairs {
            guard let both = [waits[one], waits[other]].compactMap({ $0 }).min() else { continue }
            (waits[one], waits[other]) = (both, both)
        }
        var open: [Quarter] = []
        for var quarter in memory.quarters {
            let due = quarter.sums.keys.filter { account in
                !quarter.settled.contains(account) && quarter.end <= waits[account] ?? .max
            }
            if !due.isEmpty {
                quarter.settled.formUnion(due)
                settle(&quarter, due, &lesson)
            }
            guard quarter.end > everybody ?? .min else { continue }
            // Of what is final only that is needed of which other energies will be made.
            quarter.sums = quarter.sums.filter {
                !quarter.settled.contains($0.key) || Account.kept.contains($0.key)
            }
            open.append(quarter)
        }
        memory.quarters = open
        if let everybody { memory.completeUntil = max(memory.completeUntil, Quarter.start(of: everybody)) }
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
            if let field = account.field { add(value, field) }
            switch account {
            case .import where hasNoRegisters:
                for share in settings.tariffs.shares(ofQuarter: quarter.start, settings.calendar) ?? [] {
                    let part = value * share.share
                    let euros = tariff?.price(ofRegister: share.register).map { part / 1000 * $0 }
                    if let euros { add(euros, .eurImport) }
                    guard part > 0, let name = tariff?.name(ofRegister: share.register) else { continue }
                    lesson.points.append(series.tariff(name, part, euros, at: quarter.start))
                }
            case .export:
                if let price = settings.tariffs.feedIn(on: date) { add(value / 1000 * price, .eurExport) }
            case .meter(let meter, let quantity):
                let pulses = Account.pulses(meter, quantity.rawValue)
                let count = due.contains(pulses) ? quarter.sums[pulses] : nil
                let gas = quantity == .gas ? settings.tariffs.gas(on: date) : nil
                lesson.points.append(series.meter(meter, quantity.rawValue, value, count, gas, at: quarter.start))
            case .pulses(let meter, let role):
                let quantity = MeterRegister.Quantity(rawValue: role)
                if let quantity, due.contains(.meter(meter, quantity)) { break }
                lesson.points.append(series.meter(meter, role, nil, value, at: quarter.start))
            case .tariff(let register):
                let euros = tariff?.price(of: register).map { value / 1000 * $0 }
                if let euros { add(euros, .eurImport) }
                if value > 0 { lesson.points.append(series.tariff(register, value, euros, at: quarter.start)) }
                if let tariff, value > 0 { notePrice(of: register, tariff, isKnown: euros != nil, &lesson) }
            default: break
            }
        }
        guard !Account.kept.isDisjoint(with: due) else { return }
        var energies = energies(of: quarter)
        if let consumption = settledConsumption(of: &quarter, due) {
            energies[.consumptionWh] = consumption
            add(consumption, .consumptionWh)
            let price =
                quarter.register.flatMap { tariff?.price(ofRegister: $0) }
                ?? (hasNoRegisters ? meanPrice(of: quarter) : nil)
            if let price, let own = ownUse(of: quarter, consumption) { add(own / 1000 * price, .eurSaved) }
        }
        for (field, value) in [(Field.restWh, settledRest(of: &quarter)), (.lossWh, settledLoss(of: &quarter))] {
            guard let value else { continue }
            energies[field] = value
            add(value, field)
        }
        // A consumer alone tells nothing of the house.
        guard !energies.isEmpty else { return }
        if let subscription = tariff?.subscription { bookSubscription(subscription, at: quarter.start) }
        lesson.points.append(series.energy(quarter, energies))
    }

    /// True for a house whose meter of the grid tells no registers of the tariff: the contract's hours stand for them.
    private var hasNoRegisters: Bool {
        !memory.tracks.contains { $0.quantity == .tariff || $0.isDistributors == true }
    }

    /// The price of a kWh in a quarter, by the registers that count in it; `nil` where one of them has none.
    private func meanPrice(of quarter: Quarter) -> Double? {
        let tariff = settings.tariffs.tariff(on: settings.calendar.date(quarter.start))
        var price = 0.0
        guard let shares = settings.tariffs.shares(ofQuarter: quarter.start, settings.calendar) else { return nil }
        for share in shares {
            guard let own = tariff?.price(ofRegister: share.register) else { return nil }
            price += share.share * own
        }
        return price
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
