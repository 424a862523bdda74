import Synchronization

/// The turns of a bus or a device: one after the other, in the order in which they were asked for.
///
/// A device on a bus asks again only when its exchange is over, so no device gets two turns while another one waits.
public final class Turns: Sendable {
    private struct State: ~Copyable {
        var isTaken = false
        var waiters = Waiters<Void>()
    }

    private let state = Mutex(State())

    /// Makes turns that nobody has.
    public init() {}

    /// Waits for a turn, which `end()` ends.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; then there is no turn to end.
    public nonisolated(nonsending) func take() async throws {
        let ticket = state.withLock { $0.waiters.ticket() }
        try await suspend { continuation in
            state.withLock { state in
                if !state.isTaken, !Task.isCancelled {
                    state.isTaken = true
                    return .success(())
                }
                return state.waiters.add(ticket, (), continuation) ? nil : .failure(CancellationError())
            }
        } leave: {
            state.withLock { $0.waiters.take(ticket)?.continuation }
        }
    }

    /// Ends the turn; the next one begins.
    public func end() {
        let next = state.withLock { state in
            let next = state.waiters.takeFirst()
            if next == nil { state.isTaken = false }
            return next
        }
        next?.continuation.resume()
    }
}
