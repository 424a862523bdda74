import Synchronization

/// What the box's two clocks say at one instant: the one that is set, and the one that nobody sets.
public struct ClockReading: Sendable {
    public var wall: Timestamp
    public var uptime: Uptime
    /// Whether something keeps `wall` right.
    public var isSynchronized: Bool
    /// Whether `wall` goes on while the box is off.
    public var hasBattery: Bool

    public init(wall: Timestamp, uptime: Uptime, isSynchronized: Bool, hasBattery: Bool = false) {
        self.wall = wall
        self.uptime = uptime
        self.isSynchronized = isSynchronized
        self.hasBattery = hasBattery
    }

    /// Nanoseconds from the start of the machine, as it counts, to 1970, as it believes.
    var offset: Int64 { wall.nanoseconds &- uptime.nanoseconds }
}

/// What a meter's own clock said last, for a box that has none.
public final class MeterClock: Sendable {
    private let state = Mutex<Int64?>(nil)

    public init() {}

    /// Notes the date that a meter just told.
    public func says(_ date: Timestamp, at uptime: Uptime = .now) {
        state.withLock { $0 = date.nanoseconds &- uptime.nanoseconds }
    }

    /// Nanoseconds from the start of the machine to 1970, as the meter believes.
    var offset: Int64? { state.withLock { $0 } }
}
