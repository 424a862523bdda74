import Glibc

/// An instant of the clock that nobody sets: since the machine was started, sleep included.
///
/// The time of `ContinuousClock` as one number with a layout that the compiler knows: each register of a meter has one.
public struct Uptime: InstantProtocol {
    /// Nanoseconds since the start of the machine, sleep included (`CLOCK_BOOTTIME`).
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The instant of now.
    public static var now: Uptime {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Uptime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Seconds from an earlier instant to this one.
    public func seconds(since earlier: Uptime) -> Double { Double(nanoseconds &- earlier.nanoseconds) * 1e-9 }

    /// The instant that is later by a duration of at most 146 years.
    public func advanced(by duration: Duration) -> Uptime {
        let farthest = Duration.nanoseconds(Int64.max / 2)
        let (seconds, attoseconds) = max(min(duration, farthest), .zero - farthest).components
        return Uptime(nanoseconds: nanoseconds &+ seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
    }

    public func duration(to later: Uptime) -> Duration { .nanoseconds(later.nanoseconds &- nanoseconds) }

    public static func + (start: Uptime, pause: Duration) -> Uptime { start.advanced(by: pause) }

    public static func < (left: Uptime, right: Uptime) -> Bool { left.nanoseconds < right.nanoseconds }
}
