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
