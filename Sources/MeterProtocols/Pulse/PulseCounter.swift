/// Counts the pulses of a line, and tells the power of an electricity meter's.
public struct PulseCounter: Sendable {
    /// The part of a pulse that is counted.
    public enum Edge: String, Sendable, CaseIterable {
        /// The beginning: the contact closes.
        case closing
        /// The end: the contact opens.
        case opening
        /// Both, for meters whose contact closes for one unit and opens for the next.
        case both
    }

    /// The settings of a line: the widths that tell pulses from noise, and a pulse's worth.
    public struct Rules: Sendable {
        /// The edge that is counted; default closing.
        public var edge = Edge.closing
        /// The shortest pulse that counts, in ns; default 10 ms.
        ///
        /// S0 outputs (EN 62053-31) close for 30 ms at least.
        public var width: UInt64 = 10_000_000
        /// The shortest gap between two pulses, in ns; default 10 ms.
        public var gap: UInt64 = 10_000_000
        /// The energy of a pulse, in Wh; `nil` where it is none, as of a water meter.
        public var wattHours: Double?
        /// The power in W below which 0 is shown; default 10.
        public var floor = 10.0

        /// The settings of an S0 output without a constant.
        public init() {}
    }

    /// The line's settings.
    private let rules: Rules
    private var filter: PulseFilter
    private var power: PulsePower?
    /// Pulses so far.
    public private(set) var count: UInt64 = 0

    /// Starts to watch a line.
    ///
    /// - Parameters:
    ///   - rules: the line's settings.
    ///   - isActive: true when the contact is closed now; that beginning is not counted.
    ///   - time: the time of now, in ns by a clock that is never set.
    public init(_ rules: Rules, isActive: Bool, at time: UInt64) {
        self.rules = rules
        filter = PulseFilter(width: rules.width, gap: rules.gap, isActive: isActive, at: time)
        power = rules.wattHours.map { PulsePower(wattHours: $0, floor: rules.floor, at: time) }
    }

    /// Edges that were noise.
    public var rejected: UInt64 { filter.rejected }
    /// Edges that were lost before they could be read.
    public var lost: UInt64 { filter.lost }
    /// True when a pulse may just have begun or ended: `advance(to:)` tells.
    public var isUndecided: Bool { filter.isUndecided }

    /// Takes an edge.
    ///
    /// - Returns: the time of the pulse that it completes, in ns; `nil` for none.
    @discardableResult public mutating func push(_ edge: PulseEdge) -> UInt64? { count(filter.push(edge)) }

    /// Looks at the time: every edge until then was pushed.
    ///
    /// - Returns: the time of the pulse that was complete by then, in ns; `nil` for none.
    @discardableResult public mutating func advance(to time: UInt64) -> UInt64? { count(filter.advance(to: time)) }

    /// Notes that edges may have been lost without being counted.
    public mutating func noteFullBuffer() { filter.noteFullBuffer() }

    /// The power in W, as `PulsePower` tells it; `nil` for a meter without an energy.
    public mutating func watts(at time: UInt64) -> Double? { power?.watts(at: time) }

    /// Counts a change of the line, if it is the edge to count.
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
