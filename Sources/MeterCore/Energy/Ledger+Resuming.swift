/// Going on from what a database holds.
extension Ledger {
    /// The fields of a day and of a month.
    public static let totalFields = Totals.Field.allCases.map(\.rawValue)

    /// Takes over what days outside of the recomputed span add to a month.
    ///
    /// - Parameters:
    ///   - sums: by field, those of `totalFields`.
    ///   - instant: some instant of the month.
    public mutating func preload(month sums: [String: Double], at instant: Int64) {
        var known: [Totals.Field: Double] = [:]
        for (name, value) in sums {
            // The month's share of the subscription is computed from the calendar.
            guard let field = Totals.Field(rawValue: name), field != .eurSubscription else { continue }
            known[field] = value
        }
        memory.totals.preload(.month, at: instant, known, settings.calendar)
    }

    /// Takes over what no database holds: what people were told, and what the house does now.
    public mutating func takeOver(from older: Ledger) {
        memory.watch = older.memory.watch
        memory.site = older.memory.site
        balance = older.balance
    }

    /// From now on readings are made now, and not read from the database.
    public mutating func goLive() {
        isLive = true
        isStarting = true
    }
}
