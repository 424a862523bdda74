/// Tasks that wait for something, in the order in which they came; each can be cancelled.
///
/// For the state of one that has a lock: who waits takes a ticket, then calls `suspend`. A cancellation comes either before
/// `add` looks or after the waiter can be found.
struct Waiters<Wish: Sendable>: ~Copyable {
    /// Not a checked one, which costs an allocation a wait: who takes a waiter out of the list resumes it, nobody else.
    typealias Continuation = UnsafeContinuation<Void, any Error>

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

    /// Takes those out whose wish can be fulfilled; somebody must resume them.
    ///
    /// By their places, so that none of those who go on waiting is copied.
    mutating func take(into due: inout [Continuation], where isDue: (Wish) -> Bool) {
        var kept = 0
        for place in all.indices {
            if isDue(all[place].wish) {
                due.append(all[place].continuation)
            } else {
                if kept < place { all.swapAt(kept, place) }
                kept += 1
            }
        }
        all.removeLast(all.count - kept)
    }
}

/// Waits until somebody resumes the continuation.
///
/// It stays with the caller's actor, since a way from it and back would be two pieces more for the loop.
///
/// - Parameters:
///   - enter: hands it over under the owner's lock, or says at once how it ends: `nil` while it has to wait.
///   - leave: takes it back under the owner's lock when the task is cancelled; `nil` when it is being resumed.
/// - Throws: `CancellationError` when the task is cancelled.
nonisolated(nonsending) func suspend(
    enter: (Waiters<Void>.Continuation) -> Result<Void, any Error>?,
    leave: @Sendable () -> Waiters<Void>.Continuation?
) async throws {
    try await withTaskCancellationHandler {
        try await withUnsafeThrowingContinuation { continuation in
            if let result = enter(continuation) { continuation.resume(with: result) }
        }
    } onCancel: {
        leave()?.resume(throwing: CancellationError())
    }
}
