/// Ever longer pauses between tries: by default 1 s after the first failure, doubled up to 120 s.
public struct Backoff: Sendable {
    private var failures = 0
    private let first: Duration
    private let longest: Duration
    private let hasJitter: Bool

    /// Makes a back-off that has not failed yet.
    ///
    /// - Parameters:
    ///   - first: the longest pause after the first failure; each failure doubles it.
    ///   - longest: no pause is longer.
    ///   - hasJitter: each pause is made shorter by chance, by a half at most, so that several boxes that ask one
    ///     server do not come back in step.
    public init(first: Duration = .seconds(1), longest: Duration = .seconds(120), hasJitter: Bool = true) {
        self.first = first
        self.longest = longest
        self.hasJitter = hasJitter
    }

    /// The pause after one more failure.
    public mutating func next() -> Duration {
        failures = min(failures + 1, 16)
        let pause = min(first * (1 << (failures - 1)), longest)
        return hasJitter ? pause * Double.random(in: 0.5...1) : pause
    }

    /// Begins again with the first pause, after a success.
    public mutating func reset() { failures = 0 }
}
