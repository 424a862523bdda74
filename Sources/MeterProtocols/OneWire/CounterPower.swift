/// The power of an electricity meter whose pulses are counted elsewhere and looked at now and then.
///
/// Between two readings with new pulses lies a known energy. When no new pulse comes, the power is at most as high as
/// if one came just now.
public struct CounterPower: Sendable {
    private let wattHours: Double
    private let floor: Double
    private var count: UInt64?
    /// The time of the last reading with new pulses, in seconds.
    private var changedAt: Double?
    private var watts: Double?

    /// Starts to watch a counter.
    ///
    /// - Parameters:
    ///   - wattHours: the energy of one pulse, in Wh: 1 at 1000 pulses a kWh.
    ///   - floor: the power in W below which 0 is shown; default 10.
    public init(wattHours: Double, floor: Double = 10) {
        self.wattHours = wattHours
        self.floor = floor
    }

    /// The power at a reading.
    ///
    /// - Parameters:
    ///   - total: pulses so far.
    ///   - seconds: the time of the reading, by a clock that is never set.
    /// - Returns: the power in W; `nil` before it can be known, and when the count went back.
    public mutating func watts(_ total: UInt64, at seconds: Double) -> Double? {
        defer { count = total }
        guard let count, total >= count else {
            (changedAt, watts) = (nil, nil)
            return nil
        }
        // Only from one change to the next is the time that the pulses took known.
        guard total > count else {
            guard let changedAt, let known = watts else { return nil }
            let most = wattHours * 3600 / max(seconds - changedAt, 1e-9)
            let now = min(known, most)
            return now < floor ? 0 : now
        }
        defer { changedAt = seconds }
        guard let changedAt, seconds > changedAt else { return nil }
        watts = Double(total - count) * wattHours * 3600 / (seconds - changedAt)
        return watts
    }
}
