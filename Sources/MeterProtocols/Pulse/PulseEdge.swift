/// A change of the line on which a meter's pulses come.
public struct PulseEdge: Sendable, Hashable {
    /// The time in ns by a clock that is never set.
    public var time: UInt64
    /// True when the line became active: the meter's contact closed.
    public var isActive: Bool
    /// The number of the edge among all of the line, lost ones included; `nil` where nobody counts them.
    ///
    /// The kernel counts them since its second GPIO interface; it wraps at 2³².
    public var sequence: UInt32?

    /// An edge; without a number where nobody counts them.
    public init(at time: UInt64, isActive: Bool, sequence: UInt32? = nil) {
        self.time = time
        self.isActive = isActive
        self.sequence = sequence
    }
}
