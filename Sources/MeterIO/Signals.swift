import CLinux
import Glibc

/// Signals that a task waits for instead of their usual effect (signalfd(2)).
public final class Signals: Sendable {
    private let descriptor: CInt

    /// Takes signals over.
    ///
    /// To be called on the main thread: the other threads leave signals to it.
    public init(_ numbers: [CInt]) {
        descriptor = clinux_open_signals(numbers, numbers.count)
        precondition(descriptor >= 0, "signals cannot be watched: \(String(cString: strerror(errno)))")
    }

    deinit { close(descriptor) }

    /// Waits until one of them has come, and returns its number.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func next() async throws -> CInt {
        while true {
            try await EventLoop.main.waitUntilReadable(descriptor)
            let number = clinux_read_signal(descriptor)
            if number > 0 { return number }
        }
    }
}
