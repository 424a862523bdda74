import CLinux
public import MeterCore

/// The machine's clock.
public enum BoxClock {
    /// The clock's time now, with the kernel's word on NTP.
    ///
    /// - Parameter hasBattery: true where a clock with a battery keeps the time while the box is off.
    /// - Returns: a reading that is synchronized once a time server keeps the clock right (ntp_adjtime(3)).
    public static func reading(hasBattery: Bool) -> ClockReading {
        let isSynchronized = clinux_clock_is_synchronized() == 1
        return ClockReading(
            wall: BoxTime.ofMachine(),
            uptime: .now,
            isSynchronized: isSynchronized,
            hasBattery: hasBattery
        )
    }
}
