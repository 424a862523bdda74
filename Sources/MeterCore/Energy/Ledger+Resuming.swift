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
