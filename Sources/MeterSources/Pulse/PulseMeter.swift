public import MeterCore
public import MeterProtocols

/// A pulse meter: its register, and what the line's present session adds to it.
public struct PulseMeter: Sendable {
    /// The kernel dates an edge a moment before it can be read: what is younger is not judged yet, in ns.
    static let delay: UInt64 = 50_000_000

    private let settings: PulseSettings
    private var counter: PulseCounter?
    private var points: PulsePoints
    private var sampling: Sampling
    /// What had been counted when the line was opened.
    private var before: PulseRegister
    public private(set) var register: PulseRegister

    /// A meter that goes on from a register.
    public init(_ settings: PulseSettings, register: PulseRegister, context: SourceContext) {
        self.settings = settings
        self.register = register
        before = register
        points = PulsePoints(settings, context: context)
        sampling = Sampling(every: settings.every)
    }

    /// Whether a pulse may just have begun or ended.
    var isUndecided: Bool { counter?.isUndecided ?? false }

    /// Notes that the line was opened, and what it is.
    public mutating func open(isActive: Bool, at time: UInt64) {
        before = register
        counter = PulseCounter(settings.rules, isActive: isActive, at: time)
    }

    /// Takes an edge.
    public mutating func push(_ edge: PulseEdge) {
        counter?.push(edge)
        note()
    }

    /// Notes that edges may have been lost without being counted.
    mutating func noteFullBuffer() { counter?.noteFullBuffer() }

    /// Looks at the time: every edge until then was pushed.
    public mutating func advance(to time: UInt64) {
        counter?.advance(to: time)
        note()
    }

    /// Makes the register show what the display shows.
    public mutating func align(to value: Double) {
        register.align(to: value)
        before.alignedValue = register.alignedValue
        before.alignedCount = register.alignedCount
    }

    /// The points of now, for the database and by the line's clock; none when nothing changed, or when its slot of time
    /// has some already.
    public mutating func points(at time: Timestamp, _ now: UInt64) -> [Point] {
        guard sampling.keeps(time) else { return [] }
        return points.points(of: register, watts: counter?.watts(at: now), at: time)
    }

    private mutating func note() {
        guard let counter else { return }
        register.count = before.count &+ counter.count
        register.rejected = before.rejected &+ counter.rejected
        register.lost = before.lost &+ counter.lost
    }
}
