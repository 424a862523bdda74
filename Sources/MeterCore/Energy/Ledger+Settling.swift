/// Quarters into hours, days, months and euros.
extension Ledger {
    /// Makes final what every meter concerned has passed.
    mutating func settle(_ lesson: inout Lesson) {
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
}
