/// Makes the edges of a pulse meter's contact, with its bouncing.
public struct PulseWriter: Sendable {
    /// A change of the line.
    public struct Edge: Sendable, Hashable {
        /// Nanoseconds.
        public var time: UInt64
        public var isActive: Bool
    }

    private let joulesPerPulse: Double
    private var joules = 0.0
    private var noise: SeededRandom

    /// A meter with so many pulses a kWh.
    public init(pulsesPerKilowattHour: Double, seed: UInt64) {
        joulesPerPulse = 3.6e6 / pulsesPerKilowattHour
        noise = SeededRandom(seed: seed)
    }

    /// The edges of a second at a power: pulses of 50 ms that bounce for up to 2 ms at both
    /// ends.
    ///
    /// - Parameters:
    ///   - watts: the mean power of the second; more than a pulse each 0.2 s is cut to that.
    ///   - second: the second.
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
