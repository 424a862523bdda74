import Synchronization

/// The last time told by a meter's own clock, for a box that has none.
///
/// Only the distance to the box's uptime is kept, so that it tells the time at any later moment.
public final class MeterClock: Sendable {
    private let state = Mutex<Int64?>(nil)

    public init() {}

    /// Notes the date that a meter just told.
    ///
    /// - Parameters:
    ///   - date: the meter's date and time.
    ///   - uptime: the moment at which it was told.
    public func says(_ date: Timestamp, at uptime: Uptime = .now) {
        state.withLock { $0 = date.nanoseconds &- uptime.nanoseconds }
    }

    /// Nanoseconds from 1970 to the start of the machine, as the meter believes; `nil` before it told a date.
    var offset: Int64? { state.withLock { $0 } }
}
