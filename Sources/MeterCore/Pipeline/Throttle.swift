import Logging
import Synchronization

/// Keeps a source that floods from taking the room of the others: so many points a second, with some to spare.
final class Throttle: PointReceiver {
    private struct State {
        var allowance = Throttle.burst
        var filledAt = Uptime.now
        var alarm = Alarm()
    }

    /// Points a second, far more than any house has.
    private static let rate = 2000.0
    /// Points at once, for a file with months of readings.
    private static let burst = 100_000.0

    private let receiver: any PointReceiver
    private let context: SourceContext
    private let state = Mutex(State())

    init(to receiver: any PointReceiver, _ context: SourceContext) {
        self.receiver = receiver
        self.context = context
    }

    func append(_ point: Point) {
        let (passes, isNew) = state.withLock { state in
            if state.allowance < 1 {
                let now = Uptime.now
                state.allowance = min(Self.burst, now.seconds(since: state.filledAt) * Self.rate)
                state.filledAt = now
            }
            guard state.allowance >= 1 else { return (false, state.alarm.raise("flood") != nil) }
            state.allowance -= 1
            return (true, false)
        }
        if passes {
            receiver.append(point)
        } else {
            context.status.update { $0.flooded += 1 }
        }
        if isNew {
            context.logger.error(
                "The source makes more readings than the box can take; some are given up",
                metadata: ["most per second": "\(Int(Self.rate))"]
            )
        }
    }
}
