/// What the display of a meter shows, from its pulses.
///
/// Nothing is added up in it but whole pulses, so a register is exact after ten years, too.
public struct PulseRegister: Sendable, Hashable {
    /// Pulses ever.
    public var count: UInt64
    /// What the display showed when so many pulses had been counted.
    public var alignedValue: Double
    public var alignedCount: UInt64
    public var rejected: UInt64
    public var lost: UInt64

    /// A register that starts.
    ///
    /// - Parameter initial: what the display shows.
    public init(initial: Double = 0) {
        count = 0
        alignedValue = initial
        alignedCount = 0
        rejected = 0
        lost = 0
    }

    /// What the display shows now, where so many pulses make one of its units.
    public func value(pulsesPerUnit: Double) -> Double {
        let pulses = Int64(bitPattern: count &- alignedCount)
        return alignedValue + Double(pulses) / pulsesPerUnit
    }

    /// Makes the register show what the display shows.
    public mutating func align(to value: Double) {
        alignedValue = value
        alignedCount = count
    }
}
