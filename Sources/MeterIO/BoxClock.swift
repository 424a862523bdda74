import CLinux
public import MeterCore
import Synchronization

/// The machine's clock.
public enum BoxClock {
    private static let word = Mutex(KernelsWord())

    /// The clock's time now, with the kernel's word on NTP.
    ///
    /// - Parameter hasBattery: true where a clock with a battery keeps the time while the box is off.
    /// - Returns: a reading that is synchronized once a time server keeps the clock right (ntp_adjtime(3)).
    public static func reading(hasBattery: Bool) -> ClockReading {
        let (wall, uptime) = (BoxTime.ofMachine(), Uptime.now)
        let isSynchronized = word.withLock {
            $0.isSynchronized(wall, uptime) { clinux_clock_is_synchronized() == 1 }
        }
        return ClockReading(wall: wall, uptime: uptime, isSynchronized: isSynchronized, hasBattery: hasBattery)
    }
}

/// The kernel's word on NTP, which counts for some seconds, unless the clock is set meanwhile.
///
/// The clock is looked at with each reading of a meter, and the kernel stirs its randomness whenever it is asked this.
struct KernelsWord {
    /// The seconds for which it counts.
    private static let lasting = 5.0
    /// The nanoseconds by which a time server may move the clock in that time without setting it: 500 ppm, and more.
    private static let even: Int64 = 100_000_000

    /// What it said last, when, and how far apart both clocks were then, in nanoseconds.
    private var last: (isSynchronized: Bool, at: Uptime, distance: Int64)?

    /// True when something keeps the clock right.
    ///
    /// - Parameters:
    ///   - wall: the clock that can be set.
    ///   - uptime: the clock that nobody sets, at the same time.
    ///   - ask: asks the kernel.
    /// - Returns: its word of now, or of a few seconds ago.
    mutating func isSynchronized(_ wall: Timestamp, _ uptime: Uptime, ask: () -> Bool) -> Bool {
        let distance = wall.nanoseconds &- uptime.nanoseconds
        if let last, (0..<Self.lasting).contains(uptime.seconds(since: last.at)),
            (distance &- last.distance).magnitude < Self.even
        {
            return last.isSynchronized
        }
        let isSynchronized = ask()
        last = (isSynchronized, uptime, distance)
        return isSynchronized
    }
}
