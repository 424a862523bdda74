/// A change of the line that the pulses of a meter come on.
public struct PulseEdge: Sendable, Hashable {
    /// Nanoseconds by a clock that is never set.
    public var time: UInt64
    /// Whether the line became active: the meter's contact closed.
    public var isActive: Bool
    /// Counts the line's edges, those that were lost as well; `nil` where nobody counts them.
    public var sequence: UInt32?

    public init(at time: UInt64, isActive: Bool, sequence: UInt32? = nil) {
        self.time = time
        self.isActive = isActive
        self.sequence = sequence
    }
}
