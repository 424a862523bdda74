import MeterCore
import MeterIO

extension SourceContext {
    /// Sleeps until the next slot of time, aligned as those of `Sampling`, and keeps the status alive.
    ///
    /// - Parameters:
    ///   - every: the length of a slot.
    ///   - rest: the least that is slept.
    /// - Throws: `CancellationError`.
    func pause(untilSlotOf every: Duration, atLeast rest: Duration = .zero) async throws {
        let slot = max(1, every.components.seconds) * 1_000_000_000
        let now = Timestamp.now().nanoseconds
        var left = Duration.nanoseconds(slot - (now % slot + slot) % slot)
        while left < rest { left += .nanoseconds(slot) }
        while left > .zero {
            let part = min(left, .seconds(20))
            try await EventLoop.main.sleep(for: part)
            status.beat()
            left -= part
        }
    }
}
