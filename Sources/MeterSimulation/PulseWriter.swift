/// Makes the edges of a pulse meter's contact (EN 62053-31, S0), with its bouncing.
public struct PulseWriter: Sendable {
    /// A change of the line's level.
    public struct Edge: Sendable, Hashable {
        /// The time, in ns.
        public var time: UInt64
        /// True when the contact closes.
        public var isActive: Bool
    }

    /// The energy of a pulse, in J: 3600 at 1000 pulses a kWh.
    private let joulesPerPulse: Double
    /// The energy that has not yet made a pulse, in J.
    private var joules = 0.0
    private var noise: SeededRandom

    /// A meter that has counted nothing yet.
    ///
    /// - Parameters:
    ///   - pulsesPerKilowattHour: the meter's constant, such as 1000; printed on it as imp/kWh.
    ///   - seed: the seed of the bouncing.
    public init(pulsesPerKilowattHour: Double, seed: UInt64) {
        joulesPerPulse = 3.6e6 / pulsesPerKilowattHour
        noise = SeededRandom(seed: seed)
    }

    /// The edges of a second at a power.
    ///
    /// Pulses last 50 ms and bounce for up to 2 ms at both ends.
    ///
    /// - Parameters:
    ///   - watts: the mean power of the second, in W; more than a pulse each 0.2 s is cut to that, negative power makes
    ///     none.
    ///   - second: the number of the second, which the edges' times begin at.
    /// - Returns: the edges in their order; the contact is open at both ends of the second.
    public mutating func edges(watts: Double, second: UInt64) -> [Edge] {
        joules += max(0, watts)
        let count = min(Int(joules / joulesPerPulse), 5)
        joules = (joules - Double(count) * joulesPerPulse).truncatingRemainder(dividingBy: joulesPerPulse)
        var edges: [Edge] = []
        for pulse in 0..<count {
            let start = second * 1_000_000_000 + UInt64(pulse) * (900_000_000 / UInt64(count)) + 1_000_000
            edges += transition(at: start, to: true) + transition(at: start + 50_000_000, to: false)
        }
        return edges
    }

    /// A change of level, and up to three bounces of 10 to 250 µs after it.
    private mutating func transition(at time: UInt64, to isActive: Bool) -> [Edge] {
        var edges = [Edge(time: time, isActive: isActive)]
        var now = time
        for _ in 0..<(noise.next() % 4) {
            for level in [!isActive, isActive] {
                now += 10_000 + noise.next() % 240_000
                edges.append(Edge(time: now, isActive: level))
            }
        }
        return edges
    }
}
