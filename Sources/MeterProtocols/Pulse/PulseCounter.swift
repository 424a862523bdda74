/// Counts the pulses of a line.
public struct PulseCounter: Sendable {
    /// What is counted of a pulse.
    public enum Edge: String, Sendable, CaseIterable {
        /// Its beginning.
        case closing
        /// Its end.
        case opening
        /// Both, for meters whose contact closes for one unit and opens for the next.
        case both
    }

    /// How pulses are told from noise, and what they stand for.
    public struct Rules: Sendable {
        public var edge = Edge.closing
        /// The shortest pulse and the shortest gap between two, in ns.
        public var width: UInt64 = 10_000_000
        public var gap: UInt64 = 10_000_000
        /// The energy of a pulse in Wh, where it is one.
        public var wattHours: Double?
        /// The power in W below which 0 is shown.
        public var floor = 10.0

        public init() {}
    }

    private let rules: Rules
    private var filter: PulseFilter
    private var power: PulsePower?
    /// Pulses so far.
    public private(set) var count: UInt64 = 0

    /// Starts to watch a line that is active or not at a time.
    public init(_ rules: Rules, isActive: Bool, at time: UInt64) {
        self.rules = rules
        filter = PulseFilter(width: rules.width, gap: rules.gap, isActive: isActive, at: time)
        power = rules.wattHours.map { PulsePower(wattHours: $0, floor: rules.floor, at: time) }
    }

    /// Edges that were noise.
    public var rejected: UInt64 { filter.rejected }
    /// Edges that were lost before they could be read.
    public var lost: UInt64 { filter.lost }
    /// Whether a pulse may just have begun or ended: `advance(to:)` tells.
    public var isUndecided: Bool { filter.isUndecided }

    /// Takes an edge.
    ///
    /// - Returns: the time of the pulse that it completes.
    @discardableResult public mutating func push(_ edge: PulseEdge) -> UInt64? { count(filter.push(edge)) }

    /// Looks at the time: every edge until then was pushed.
    ///
    /// - Returns: the time of the pulse that there was.
    @discardableResult public mutating func advance(to time: UInt64) -> UInt64? { count(filter.advance(to: time)) }

    /// Notes that edges may have been lost without being counted.
    public mutating func noteFullBuffer() { filter.noteFullBuffer() }

    /// The power in W, as `PulsePower` tells it; `nil` for what has none.
    public mutating func watts(at time: UInt64) -> Double? { power?.watts(at: time) }

    private mutating func count(_ change: PulseFilter.Change?) -> UInt64? {
        guard let change, counts(change) else { return nil }
        count += 1
        power?.add(change.time)
        return change.time
    }

    private func counts(_ change: PulseFilter.Change) -> Bool {
        switch rules.edge {
        case .closing: change.isActive
        case .opening: !change.isActive
        case .both: true
        }
    }
}
