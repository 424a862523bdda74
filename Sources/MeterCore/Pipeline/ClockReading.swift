/// The box's two clocks at one instant: the one that is set, and the one that nobody sets.
public struct ClockReading: Sendable {
    /// The clock that is set, by NTP or by hand.
    public var wall: Timestamp
    /// The clock that nobody sets, which counts from the start of the machine.
    public var uptime: Uptime
    /// True when something, such as NTP, keeps `wall` right.
    public var isSynchronized: Bool
    /// True when `wall` goes on while the box is off.
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
