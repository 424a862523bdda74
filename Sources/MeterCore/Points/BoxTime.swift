import Glibc
import Synchronization

/// The time by which everything in the box goes: readings, the books, events, ages, files.
///
/// It is a distance to the clock that nobody sets (`Uptime`). In the daemon `Dating` says which distance, so that a clock
/// that is set wrong, or not yet, moves nothing else. In commands without it the time is what the machine's clock shows.
/// Nothing else in the program may look at that clock, which Tests/structure sees to.
public final class BoxTime: Sendable {
    /// The reason to believe the time.
    public enum Trust: Int, Sendable, Comparable {
        /// None: it may be 1970.
        case unknown
        /// No clock contradicts it, and none confirms it: it may be late by the time that the box was off.
        case assumed
        /// The network keeps it, a meter confirms it, or a battery does.
        case sure

        public static func < (left: Trust, right: Trust) -> Bool { left.rawValue < right.rawValue }
    }

    /// The one of the program.
    public static let shared = BoxTime()

    /// Stands for no distance: nobody judges the machine's clock.
    private static let unjudged = Int64.min

    /// Nanoseconds from the start of the machine to 1970.
    private let offset = Atomic(unjudged)
    private let trustNumber = Atomic(Trust.assumed.rawValue)

    public init() {}

    /// The machine's own clock, which may be wrong.
    public static func ofMachine() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// The present.
    public var now: Timestamp { time(at: .now) }

    /// The time of an instant.
    public func time(at uptime: Uptime) -> Timestamp {
        let offset = offset.load(ordering: .relaxed)
        return offset == Self.unjudged ? Self.ofMachine() : Timestamp(nanoseconds: uptime.nanoseconds &+ offset)
    }

    /// The reason to believe it now.
    public var trust: Trust { Trust(rawValue: trustNumber.load(ordering: .relaxed)) ?? .unknown }

    /// The present, and the reason to believe it.
    public var present: Present { Present(now: now, trust: trust, distance: distance) }

    /// Goes by the time that the running daemon tells.
    public func follow(_ time: Timestamp) { set(time.nanoseconds &- Uptime.now.nanoseconds, .sure) }

    /// Goes on with another distance, or another reason to believe it.
    func set(_ offset: Int64, _ trust: Trust) {
        self.offset.store(offset, ordering: .relaxed)
        trustNumber.store(trust.rawValue, ordering: .relaxed)
    }

    /// The distance in nanoseconds, to be compared with that of another moment; 0 where nobody judges the clock.
    var distance: Int64 {
        let offset = offset.load(ordering: .relaxed)
        return offset == Self.unjudged ? 0 : offset
    }
}

/// The present, and what it says about the dates that others give to their readings.
public struct Present: Sendable {
    /// The time by which the clock of somebody who read a meter may be ahead of the box's: ten minutes.
    public static let ahead = Duration.seconds(600)
    /// The time by which a reading may be ahead of a time that is only assumed: a month.
    private static let longestOff = Duration.seconds(31 * 86_400)

    /// The time of now.
    public var now: Timestamp
    /// The reason to believe it.
    public var trust: BoxTime.Trust
    /// Nanoseconds from the start of the machine to 1970, by that time: another number after the time was corrected.
    public var distance: Int64

    public init(now: Timestamp, trust: BoxTime.Trust = .sure, distance: Int64 = 0) {
        self.now = now
        self.trust = trust
        self.distance = distance
    }

    /// The instant of the clock that nobody sets.
    var uptime: Uptime { Uptime(nanoseconds: now.nanoseconds &- distance) }

    /// The latest believable date of a reading that brings one of its own.
    ///
    /// - Parameter ahead: by how much the clock of the one who read the meter may be ahead.
    /// - Returns: `nil` while the time is not known.
    public func latest(ahead: Duration = Self.ahead) -> Timestamp? {
        guard trust != .unknown else { return nil }
        let seconds = max(ahead, trust == .sure ? .zero : Self.longestOff).components.seconds
        return Timestamp(nanoseconds: now.nanoseconds &+ seconds &* 1_000_000_000)
    }
}

extension Timestamp {
    /// The present, by the time of the box.
    public static func now() -> Timestamp { BoxTime.shared.now }
}
