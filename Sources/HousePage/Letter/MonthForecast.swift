import MeterCore
import MeterNotation

/// What a month that is not over will come to, from its days so far and those of the year before.
struct MonthForecast {
    /// The days that must be known before anything is said.
    private static let leastDays = 3
    /// The days whose mean stands for those to come, where the year before is not known.
    private static let recentDays = 14
    /// How much more or less than in the year before is believed.
    private static let believed = 0.5...2.0

    /// Wh and €, by field; without what cannot be known.
    let sums: [Field: Double]

    /// Foretells a month; `nil` for one that is over or that has hardly begun.
    ///
    /// - Parameters:
    ///   - days: what is known of each day, of this month and of the weeks before.
    ///   - yearBefore: that of the same month of the year before, by this year's dates.
    ///   - month: its first day.
    ///   - today: the day that runs, of which nothing counts yet.
    init?(
        _ days: [LocalDate: [Field: Double]],
        yearBefore: [LocalDate: [Field: Double]],
        month: LocalDate,
        today: LocalDate
    ) {
        let (first, end) = (month.dayNumber, month.firstOfMonth(plus: 1).dayNumber)
        guard (first + Int64(Self.leastDays)..<end).contains(today.dayNumber) else { return nil }
        let over = (first..<today.dayNumber).map { LocalDate(dayNumber: $0) }
        let left = (today.dayNumber..<end).map { LocalDate(dayNumber: $0) }
        let recent = (today.dayNumber - Int64(Self.recentDays)..<today.dayNumber).map { LocalDate(dayNumber: $0) }
        var sums: [Field: Double] = [:]
        for field in Ledger.totalFields {
            func known(_ dates: [LocalDate], _ days: [LocalDate: [Field: Double]]) -> [Double] {
                dates.compactMap { days[$0]?[field] }
            }
            let soFar = known(over, days)
            // A day that is not known would be counted as nothing.
            guard soFar.count == over.count else { continue }
            let sum = soFar.reduce(0, +)
            let (then, later) = (known(over, yearBefore), known(left, yearBefore))
            let before = then.reduce(0, +)
            if field != .eurSubscription, then.count == over.count, later.count == left.count, before > 0 {
                let ratio = min(max(sum / before, Self.believed.lowerBound), Self.believed.upperBound)
                sums[field] = sum + later.reduce(0, +) * ratio
            } else {
                let latest = field == .eurSubscription ? soFar.suffix(1) : known(recent, days)[...]
                sums[field] = sum + latest.reduce(0, +) / Double(latest.count) * Double(left.count)
            }
        }
        guard !sums.isEmpty else { return nil }
        self.sums = sums
    }
}
