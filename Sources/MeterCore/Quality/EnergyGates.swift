/// Keeps energy registers that cannot be true out of the database: an inverter that says 0 while it wakes up, a meter
/// that is read while it counts.
public struct EnergyGates: Sendable {
    private var gates: [String: IndexGate] = [:]
    /// Readings that were held since the start.
    public private(set) var held = 0

    /// Makes gates that trust nothing yet; each register gets its own when it is first seen.
    public init() {}

    /// The register's value when it is believed.
    ///
    /// - Parameters:
    ///   - value: the register as the device told it, in Wh.
    ///   - register: the name of the register, one of the device's.
    ///   - step: the unit that the register counts in, in Wh: a coarse one jumps without having been wrong.
    ///   - most: the most that it can count in an hour, in Wh; or both in the thousandths of a display.
    ///   - time: the time of the reading, by a clock that is never set.
    /// - Returns: `nil` while it is held.
    public mutating func believed(
        _ value: Int64?,
        _ register: String,
        step: Double,
        most: Double = 45_000,
        at time: Uptime
    ) -> Int64? {
        guard let value else { return nil }
        var gate =
            gates[register] ?? IndexGate(largestWatts: most, step: Int64(max(10, min(step, 10_000)).rounded(.up)))
        defer { gates[register] = gate }
        guard gate.judge(value, at: time) == .held else { return value }
        held += 1
        return nil
    }

    /// Forgets what was trusted: another device answers now.
    public mutating func reset() { gates.removeAll() }
}
