/// Tasks that wait for something, in the order in which they came; each can be cancelled.
///
/// For the state of one that has a lock: who waits takes a ticket, then calls `suspend`. A cancellation comes either before
/// `add` looks or after the waiter can be found.
struct Waiters<Wish: Sendable>: ~Copyable {
    typealias Continuation = CheckedContinuation<Void, any Error>

    /// A task that waits.
    struct Waiter: Sendable {
        /// The number by which a cancellation finds it.
        let ticket: Int
        /// The event for which it waits.
        let wish: Wish
        let continuation: Continuation
    }

    /// Those that wait, the one that came first at the front.
    private(set) var all: [Waiter] = []
    private var lastTicket = 0

    /// A number that no other waiter has.
    mutating func ticket() -> Int {
        lastTicket += 1
        return lastTicket
    }

    /// Lets a task wait.
    ///
    /// - Returns: false when it is cancelled already, and does not wait.
    mutating func add(_ ticket: Int, _ wish: Wish, _ continuation: Continuation) -> Bool {
        guard !Task.isCancelled else { return false }
        all.append(Waiter(ticket: ticket, wish: wish, continuation: continuation))
        return true
    }

    /// Takes a waiter out, if it still waits; somebody must resume it.
    mutating func take(_ ticket: Int) -> Waiter? {
        all.firstIndex { $0.ticket == ticket }.map { all.remove(at: $0) }
    }

    /// Takes the one out that waits for longest.
    mutating func takeFirst() -> Waiter? { all.isEmpty ? nil : all.removeFirst() }

    /// Takes those out whose wish can be fulfilled.
    mutating func take(where isDue: (Wish) -> Bool) -> [Waiter] {
        var due: [Waiter] = []
        all.removeAll { waiter in
            guard isDue(waiter.wish) else { return false }
            due.append(waiter)
            return true
        }
        return due
    }
}

/// Waits until somebody resumes the continuation.
///
/// - Parameters:
///   - enter: hands it over under the owner's lock, or says at once how it ends: `nil` while it has to wait.
///   - leave: takes it back under the owner's lock when the task is cancelled; `nil` when it is being resumed.
/// - Throws: `CancellationError` when the task is cancelled.
func suspend(
    enter: (CheckedContinuation<Void, any Error>) -> Result<Void, any Error>?,
    leave: @Sendable () -> CheckedContinuation<Void, any Error>?
) async throws {
    try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            if let result = enter(continuation) { continuation.resume(with: result) }
        }
    } onCancel: {
        leave()?.resume(throwing: CancellationError())
    }
}
