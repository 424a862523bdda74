import Synchronization

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
