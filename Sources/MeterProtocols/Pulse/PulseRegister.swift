/// The register of a meter's display, from its pulses.
///
/// Nothing is added up in it but whole pulses, so a register is exact after ten years, too. Pulses that came while
/// nobody counted are missing until `align(to:)`.
public struct PulseRegister: Sendable, Hashable {
    /// All pulses that were counted.
    public var count: UInt64
    /// The display's value at the last alignment, in its own unit such as kWh or m³.
    public var alignedValue: Double
    /// The pulses counted at the last alignment.
    public var alignedCount: UInt64
    /// Edges that were noise.
    public var rejected: UInt64
    /// Edges that were lost before they could be read.
    public var lost: UInt64

    /// A register without pulses yet.
    ///
    /// - Parameter initial: the display's value now, in its own unit; default 0.
    public init(initial: Double = 0) {
        count = 0
        alignedValue = initial
        alignedCount = 0
        rejected = 0
        lost = 0
    }

    /// The display's value now, in its own unit.
    ///
    /// - Parameter pulsesPerUnit: the pulses of one unit, such as 1000 a kWh or 10 a m³; not 0.
    /// - Returns: the aligned value and the pulses since.
    public func value(pulsesPerUnit: Double) -> Double {
        let pulses = Int64(bitPattern: count &- alignedCount)
        return alignedValue + Double(pulses) / pulsesPerUnit
    }

    /// Sets the register to the display's value, read from the meter by a person.
    public mutating func align(to value: Double) {
        alignedValue = value
        alignedCount = count
    }
}
