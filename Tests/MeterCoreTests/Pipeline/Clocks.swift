import Synchronization

@testable import MeterCore

/// Two clocks that a test sets.
final class Clocks: Sendable {
    private let state: Mutex<ClockReading>

    init(wall: Int64, uptime: Double, isSynchronized: Bool, hasBattery: Bool = false) {
        state = Mutex(
            ClockReading(
                wall: Timestamp(seconds: wall),
                uptime: Uptime(nanoseconds: Int64(uptime * 1e9)),
                isSynchronized: isSynchronized,
                hasBattery: hasBattery
            )
        )
    }

    var now: ClockReading { state.withLock { $0 } }

    func pass(_ seconds: Int64) {
        state.withLock {
            $0.wall.nanoseconds += seconds * 1_000_000_000
            $0.uptime.nanoseconds += seconds * 1_000_000_000
        }
    }

    func set(_ wall: Int64, isSynchronized: Bool = false) {
        state.withLock {
            $0.wall = Timestamp(seconds: wall)
            $0.isSynchronized = isSynchronized
        }
    }
}
