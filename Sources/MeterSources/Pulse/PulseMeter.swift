public import MeterCore
public import MeterProtocols

/// A pulse meter: its register, and the pulses that the present session of its line adds to it.
public struct PulseMeter: Sendable {
    /// The age in ns, 50 ms, from which an edge is judged: the kernel dates one a moment before it can be read.
    static let delay: UInt64 = 50_000_000

    /// The role, the pulses per unit and the intervals.
    private let settings: PulseSettings
    /// Counts the pulses of the session; `nil` while the line is closed.
    private var counter: PulseCounter?
    /// Makes points of the register.
    private var points: PulsePoints
    /// Keeps one reading a slot.
    private var sampling: Sampling
    /// The register when the line was opened.
    private var before: PulseRegister
    /// The register now: pulses, rejected and lost edges, and the display's value at which it was aligned.
    public private(set) var register: PulseRegister

    /// Makes a meter that continues from a register.
    ///
    /// - Parameters:
    ///   - settings: of the meter.
    ///   - register: with everything that was counted before.
    ///   - context: with the name and tags of the source.
    public init(_ settings: PulseSettings, register: PulseRegister, context: SourceContext) {
        self.settings = settings
        self.register = register
        before = register
        points = PulsePoints(settings, context: context)
        sampling = Sampling(every: settings.every)
    }

    /// True when a pulse may just have begun or ended.
    var isUndecided: Bool { counter?.isUndecided ?? false }

    /// Notes that the line was opened, with its level.
    public mutating func open(isActive: Bool, at time: UInt64) {
        before = register
        counter = PulseCounter(settings.rules, isActive: isActive, at: time)
    }

    /// Takes an edge; edges come in the order of their times.
    public mutating func push(_ edge: PulseEdge) {
        counter?.push(edge)
        note()
    }

    /// Notes that edges may have been lost without being counted.
    mutating func noteFullBuffer() { counter?.noteFullBuffer() }

    /// Tells the meter the time up to which every edge was pushed, in ns on the line's clock.
    public mutating func advance(to time: UInt64) {
        counter?.advance(to: time)
        note()
    }

    /// Aligns the register to the value on the display, in its unit.
    public mutating func align(to value: Double) {
        register.align(to: value)
        before.alignedValue = register.alignedValue
        before.alignedCount = register.alignedCount
    }

    /// The points of now; none when nothing has changed, or when the slot of time has some already.
    ///
    /// The database's time is `time`; `now` is the line's clock in ns, by which the power is computed.
    public mutating func points(at time: Timestamp, _ now: UInt64) -> [Point] {
        guard sampling.keeps(time) else { return [] }
        return points.points(of: register, watts: counter?.watts(at: now), at: time)
    }

    /// Adds the session's counts to those from before.
    private mutating func note() {
        guard let counter else { return }
        register.count = before.count &+ counter.count
        register.rejected = before.rejected &+ counter.rejected
        register.lost = before.lost &+ counter.lost
    }
}
