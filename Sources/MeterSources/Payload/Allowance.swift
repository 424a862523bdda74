import MeterCore

/// How much a device may send: so many a second, and more at once after a rest.
struct Allowance: Sendable {
    private let perSecond: Double
    private let most: Double
    private var left: Double
    private var filledAt: Uptime?

    init(perSecond: Double, most: Double) {
        (self.perSecond, self.most, left) = (perSecond, most, most)
    }

    /// Takes one.
    ///
    /// - Returns: whether there was one left.
    mutating func take(at now: Uptime = .now) -> Bool {
        if let filledAt { left = min(most, left + now.seconds(since: filledAt) * perSecond) }
        filledAt = now
        guard left >= 1 else { return false }
        left -= 1
        return true
    }
}
