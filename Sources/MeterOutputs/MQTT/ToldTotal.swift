import MeterCore

/// A total as a neighbour is told it: it never falls, and does not jump where the box has lost its books.
///
/// A neighbour takes a fall for another cycle, and a jump for energy: a replaced meter would be thousands of kWh. The books
/// see to that; here it is seen to when they began anew, by what was told before, which the broker kept.
struct ToldTotal: Sendable {
    /// What was told before this run; `nil` when nothing was, or that is no more known.
    private let earlier: RunningTotal?
    private var shift: Double?
    private var last: Double?

    init(after earlier: RunningTotal?) {
        self.earlier = earlier
        last = earlier?.total
    }

    /// The total to be told.
    ///
    /// - Parameters:
    ///   - now: the total in the books.
    ///   - slack: a step that a register may count in, in the same unit, twice.
    ///   - perHour: the most that a meter counts in an hour.
    /// - Returns: never less than before.
    mutating func next(_ now: RunningTotal, slack: Double, perHour: Double) -> Double {
        let shift = shift ?? Self.shift(now, after: earlier, slack, perHour)
        self.shift = shift
        let told = max(last ?? 0, now.total + shift)
        last = told
        return told
    }

    /// The difference of the books from what was told, where they do not go on from it.
    private static func shift(
        _ now: RunningTotal,
        after earlier: RunningTotal?,
        _ slack: Double,
        _ perHour: Double
    ) -> Double {
        guard let earlier else { return 0 }
        let most = perHour * Double(max(0, now.time - earlier.time)) / 3600 + slack
        let (growth, rise) = (now.total - earlier.total, now.register - earlier.register)
        if growth >= 0, growth <= most { return 0 }
        // The same books, and what power had been booked for in a coarse step is soon there again.
        if growth < 0, -growth <= slack, abs(growth - rise) < 1e-3 { return 0 }
        let isSameMeter = rise >= -slack && rise <= most
        return earlier.total + (isSameMeter ? max(0, rise) : 0) - now.total
    }
}
