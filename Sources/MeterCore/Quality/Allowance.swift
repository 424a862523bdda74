/// A rate limit: a number of items a second, and more at once after a rest.
public struct Allowance: Sendable {
    private let perSecond: Double
    private let most: Double
    private var left: Double
    private var filledAt: Uptime?

    /// Begins with as much as may come at once.
    ///
    /// - Parameters:
    ///   - perSecond: the number that comes back each second.
    ///   - most: the number that may come at once.
    ///   - now: the time of a clock that is never set; that of the first taking by default, which may be a recorded
    ///     one.
    public init(perSecond: Double, most: Double, at now: Uptime? = nil) {
        (self.perSecond, self.most, left, filledAt) = (perSecond, most, most, now)
    }

    /// Takes one.
    ///
    /// - Returns: true when there was one left.
    public mutating func take(at now: Uptime = .now) -> Bool {
        if let filledAt { left = min(most, left + now.seconds(since: filledAt) * perSecond) }
        filledAt = now
        guard left >= 1 else { return false }
        left -= 1
        return true
    }
}
