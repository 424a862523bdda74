import MeterCore
import MeterIO

/// A clock that runs so many times faster than the machine's, for a program that must live through days.
///
/// It counts on over restarts: each run of the program is told the same origin.
struct FastClock: Clock {
    let speed: Double
    /// The machine's time at which this clock said 0.
    let origin: Uptime

    var now: Uptime { Uptime(nanoseconds: Int64(Uptime.now.seconds(since: origin) * speed * 1e9)) }
    var minimumResolution: Duration { .milliseconds(1) }

    func sleep(until deadline: Uptime, tolerance: Duration? = nil) async throws {
        let real = Double(deadline.nanoseconds) / speed
        try await EventLoop.main.sleep(until: Uptime(nanoseconds: origin.nanoseconds + Int64(real)))
    }
}
