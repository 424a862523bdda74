import MeterNotation

/// Decides which readings of a stream are kept: one a slot of time, and one at each quarter of an hour.
///
/// Slots are aligned to the clock, so that the same second is chosen again after a restart.
public struct Sampling: Sendable {
    /// A slot of time, cut at the quarters of an hour.
    public struct Slot: Sendable, Equatable {
        private let number: Int64
        private let quarter: Int64

        fileprivate init(_ seconds: Int64, length: Int64) {
            number = floorDivision(seconds, length)
            quarter = floorDivision(seconds, 900)
        }
    }

    private let slot: Int64
    private var last: Slot?

    /// Makes a sampler that has kept nothing yet.
    ///
    /// - Parameter every: the length of a slot, at least one second.
    public init(every: Duration) {
        slot = max(1, every.components.seconds)
    }

    /// True when the reading at this instant is kept.
    ///
    /// Asking counts as keeping.
    ///
    /// A clock that is set back opens a new slot, too: better one reading too many than a gap.
    public mutating func keeps(_ time: Timestamp) -> Bool {
        let current = slot(of: time)
        guard current != last else { return false }
        last = current
        return true
    }

    /// The slot in which an instant lies.
    public func slot(of time: Timestamp) -> Slot { Slot(time.seconds, length: slot) }
}

/// Decides when a register that seldom changes is kept: when it changed, at most once a period; at each quarter of an
/// hour in any case.
public struct ChangeSampling: Sendable {
    private var sampling: Sampling
    private var quarter: Int64?
    private var kept: Int64?

    /// Makes a sampler that has kept nothing yet.
    ///
    /// - Parameter every: the shortest time between two kept values.
    public init(every: Duration) { sampling = Sampling(every: every) }

    /// True when this value at this instant is kept.
    ///
    /// Asking counts as keeping.
    public mutating func keeps(_ value: Int64, at time: Timestamp) -> Bool {
        let currentQuarter = floorDivision(time.seconds, 900)
        guard value != kept || currentQuarter != quarter else { return false }
        guard sampling.keeps(time) else { return false }
        kept = value
        quarter = currentQuarter
        return true
    }
}
