import MeterCore
import MeterIO
import Synchronization

/// The thread of a connection: looking a name up and waiting for a server hold up nobody else.
///
/// Whoever waits for it is answered once: with what was done, or with nothing when they are cancelled. A line that was given
/// up ends by itself as soon as it can.
final class PostgresLine: Sendable {
    private let thread: WorkThread
    private let bell: Bell
    /// Only the thread takes it.
    private let connection = Mutex<PostgresConnection?>(nil)
    private let isGivenUp = Atomic(false)

    /// Starts the thread.
    ///
    /// - Throws: `SystemError` when the system has no thread or descriptor left.
    init() throws(SystemError) {
        bell = try Bell()
        thread = try WorkThread(name: "postgres")
    }

    deinit { thread.stop() }

    /// True when it is of no more use.
    var isOver: Bool { isGivenUp.load(ordering: .acquiring) }

    /// Does something with the connection on its thread.
    ///
    /// - Parameter work: takes the connection and the bell that gives it up; it leaves the connection for the next one.
    /// - Returns: what it returned; `nil` when the task was cancelled, and then the line is over.
    func perform<Value: Sendable>(
        _ work: @escaping @Sendable (inout PostgresConnection?, Bell) -> Value
    ) async -> Value? {
        let caller = Caller<Value>()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                caller.wait(continuation)
                guard !isOver else { return caller.answer(nil) }
                thread.enqueue { [self] in
                    caller.answer(connection.withLock { work(&$0, bell) })
                    if isOver { connection.withLock { $0 = nil } }
                }
            }
        } onCancel: {
            isGivenUp.store(true, ordering: .releasing)
            bell.ring()
            caller.answer(nil)
        }
    }
}

/// The one who waits for a piece of work, who is answered once.
private final class Caller<Value: Sendable>: Sendable {
    private let continuation = Mutex<CheckedContinuation<Value?, Never>?>(nil)

    func wait(_ continuation: CheckedContinuation<Value?, Never>) { self.continuation.withLock { $0 = continuation } }

    func answer(_ value: Value?) {
        let waiting = continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
        waiting?.resume(returning: value)
    }
}
