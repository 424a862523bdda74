import CLinux
public import MeterCore

/// The machine's clock.
public enum BoxClock {
    /// What it says now, and whether NTP keeps it right.
    public static var reading: ClockReading {
        ClockReading(wall: .now(), uptime: .now, isSynchronized: clinux_clock_is_synchronized() == 1)
    }
}
