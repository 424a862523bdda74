/// Tells pulses from the bouncing of a contact and from noise.
///
/// A pulse begins when the line has been active for the shortest width without interruption. It ends when the line has
/// been inactive for the shortest gap without interruption; until then no other pulse begins. So
///
/// - a pulse shorter than the shortest width is noise, however often it comes;
/// - a contact that bounces while it closes or opens makes one pulse;
/// - a pulse with an interruption that is shorter than the shortest gap is one pulse;
/// - a contact that stays closed for hours, a gas meter's reed on its magnet, is one pulse;
/// - a line that is active when one starts to watch it has no pulse until it was inactive.
///
/// A span that is exactly as long as it must be is long enough. A pulse and its end carry the time of their first edge,
/// not the one at which they were long enough. Each edge is either the first one of a pulse or of its end, or rejected.
public struct PulseFilter: Sendable {
    /// A pulse that began or ended.
    public struct Change: Sendable, Hashable {
        /// The time of its first edge, in ns.
        public var time: UInt64
        /// True when the pulse began, false when it ended.
        public var isActive: Bool

        /// A pulse that began or ended at a time.
        public init(time: UInt64, isActive: Bool) {
            self.time = time
            self.isActive = isActive
        }
    }

    /// The shortest width of a pulse, in ns.
    private let width: UInt64
    /// The shortest gap between two pulses, in ns.
    private let gap: UInt64
    /// The believed level of the line: true during a pulse.
    public private(set) var isActive: Bool
    /// The level that the line was last seen at, and the time since when.
    private var level: Bool
    private var since: UInt64
    /// The number of the last edge.
    private var lastSequence: UInt32 = 0
    /// True when the buffer was full, so that edges may be missing that nobody counts.
    private var mayHaveMissed = false
    /// Edges that were noise.
    public private(set) var rejected: UInt64 = 0
    /// Edges that were surely lost before they could be read; at least these where nobody counts them.
    public private(set) var lost: UInt64 = 0

    /// Starts to watch a line.
    ///
    /// - Parameters:
    ///   - width: the shortest width of a pulse, in ns.
    ///   - gap: the shortest gap between two pulses, in ns.
    ///   - isActive: the level of the line now.
    ///   - time: the time of now, in ns.
    public init(width: UInt64, gap: UInt64, isActive: Bool, at time: UInt64) {
        self.width = width
        self.gap = gap
        self.isActive = isActive
        level = isActive
        since = time
    }

    /// True when the line's level is not yet believed: `advance(to:)` may tell.
    public var isUndecided: Bool { level != isActive }

    /// Takes an edge.
    ///
    /// - Returns: the pulse that began or ended before it; `nil` for none.
    public mutating func push(_ edge: PulseEdge) -> Change? {
        let time = max(edge.time, since)
        let missing = missing(before: edge)
        lost += missing
        // A span with a hole proves nothing.
        let change = missing == 0 ? advance(to: time) : nil
        if isUndecided { rejected += 1 }
        level = edge.isActive
        since = time
        if !isUndecided { rejected += 1 }
        return change
    }

    /// Looks at the time: every edge until then was pushed.
    ///
    /// - Returns: the pulse that has begun or ended by then; `nil` for none.
    public mutating func advance(to time: UInt64) -> Change? {
        guard isUndecided, time >= since, time - since >= (level ? width : gap) else { return nil }
        isActive = level
        return Change(time: since, isActive: level)
    }

    /// Notes that the place where edges wait was full, where nobody counts those that found no room.
    public mutating func noteFullBuffer() { mayHaveMissed = true }

    /// The number of edges that were lost before this one.
    private mutating func missing(before edge: PulseEdge) -> UInt64 {
        defer { mayHaveMissed = false }
        guard let sequence = edge.sequence else { return mayHaveMissed && edge.isActive == level ? 1 : 0 }
        defer { lastSequence = sequence }
        return UInt64(sequence &- lastSequence &- 1)
    }
}
