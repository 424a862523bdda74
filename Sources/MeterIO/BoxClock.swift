import CLinux
public import MeterCore

/// The machine's clock.
public enum BoxClock {
    /// What it says now, and whether NTP keeps it right.
    public static func reading(hasBattery: Bool) -> ClockReading {
        let isSynchronized = clinux_clock_is_synchronized() == 1
        return ClockReading(wall: .now(), uptime: .now, isSynchronized: isSynchronized, hasBattery: hasBattery)
    }
}
