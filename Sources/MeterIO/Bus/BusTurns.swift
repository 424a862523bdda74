import Synchronization

/// Who may use a bus: one after the other, in the order in which they asked.
///
/// A device asks again only when its exchange is over, so no device gets two turns while another one waits.
final class BusTurns: Sendable {
    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State: ~Copyable {
        var isTaken = false
        var waiters: [Waiter] = []
        var next = 0
    }

    private let state = Mutex(State())

    /// Waits for a turn, which `end()` ends.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; then there is no turn to end.
    func take() async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // Under the lock: a cancellation comes either before this look or after the waiter can be found.
                let result: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    guard state.isTaken else {
                        state.isTaken = true
                        return .success(())
                    }
                    state.waiters.append(Waiter(number: number, continuation: continuation))
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Ends the turn; the next one begins.
    func end() {
        let next = state.withLock { state -> Waiter? in
            guard state.waiters.isEmpty else { return state.waiters.removeFirst() }
            state.isTaken = false
            return nil
        }
        next?.continuation.resume()
    }
}
