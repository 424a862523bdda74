/// The power between the pulses of an electricity meter.
///
/// A pulse stands for a fixed energy, so the time between two pulses tells the mean power in between: at 1000 pulses a
/// kWh, 3.6 s are 1000 W. When the next one is late, the power is at most as high as if it came just now: it decays,
/// and is 0 below a floor, since a meter that counts nothing makes no pulse that could say so.
public struct PulsePower: Sendable {
    /// The energy of one pulse, in W·ns.
    private let energy: Double
    /// The power in W below which 0 is shown.
    private let floor: Double
    /// The time at which the watch began, in ns.
    private let start: UInt64
    /// The time of the last pulse, in ns.
    private var last: UInt64?
    /// The mean time between the pulses that `watts(at:)` last looked at, in ns.
    private var interval: Double?
    /// The time of the pulse before the first one since then, and the number of pulses since.
    private var windowStart: UInt64 = 0
    private var windowPulses = 0

    /// Starts to watch a meter.
    ///
    /// - Parameters:
    ///   - wattHours: the energy of one pulse, in Wh.
    ///   - floor: the power in W below which 0 is shown.
    ///   - time: the time of now, in ns.
    public init(wattHours: Double, floor: Double, at time: UInt64) {
        energy = wattHours * 3600e9
        self.floor = floor
        start = time
    }

    /// Takes a pulse at a time, in ns.
    public mutating func add(_ time: UInt64) {
        if let last {
            if windowPulses == 0 { windowStart = last }
            windowPulses += 1
        }
        last = time
    }

    /// The mean power from pulse to pulse since it was last asked for, or what it can be at most by now.
    ///
    /// - Returns: the power in W; `nil` while two pulses have not come and might still.
    public mutating func watts(at time: UInt64) -> Double? {
        if windowPulses > 0, let last {
            interval = Double(last &- windowStart) / Double(windowPulses)
            windowPulses = 0
        }
        let elapsed = Double(time >= last ?? start ? time - (last ?? start) : 0)
        if energy < floor * elapsed { return 0 }
        guard let interval else { return nil }
        let longest = max(interval, elapsed)
        guard longest > 0, energy >= floor * longest else { return 0 }
        return energy / longest
    }
}
