/// Ever longer pauses between tries, with jitter, so that several boxes do not come back in step.
public struct Backoff: Sendable {
    private var failures = 0
    private let first: Duration
    private let longest: Duration

    /// Makes a back-off that has not failed yet.
    ///
    /// - Parameters:
    ///   - first: the longest pause after the first failure; each failure doubles it.
    ///   - longest: no pause is longer.
    public init(first: Duration = .seconds(1), longest: Duration = .seconds(120)) {
        self.first = first
        self.longest = longest
    }

    /// The pause after one more failure: between half of the nominal one and the whole.
    public mutating func next() -> Duration {
        failures = min(failures + 1, 16)
        return min(first * (1 << (failures - 1)), longest) * Double.random(in: 0.5...1)
    }

    public mutating func reset() { failures = 0 }
}
