/// Keeps a source that floods from taking the room of the others: a rate of points, with some to spare.
struct Throttle {
    /// The fate of a point.
    enum Passage: Equatable {
        /// It goes on to be dated.
        case passes
        /// It is given up; `isNews` when that should be said, too.
        case floods(isNews: Bool)
    }

    /// Points a second, far more than any house has.
    static let rate = 2000.0
    /// Points at once, for a file with months of readings.
    static let burst = 100_000.0

    private var allowance = Throttle.burst
    private var filledAt: Uptime
    private var alarm = Alarm()

    init(at now: Uptime) { filledAt = now }

    /// Lets a point pass, or not.
    mutating func next(at now: Uptime) -> Passage {
        if allowance < 1 {
            allowance = min(Self.burst, now.seconds(since: filledAt) * Self.rate)
            filledAt = now
        }
        guard allowance >= 1 else { return .floods(isNews: alarm.raise("flood", at: now) != nil) }
        allowance -= 1
        return .passes
    }
}
