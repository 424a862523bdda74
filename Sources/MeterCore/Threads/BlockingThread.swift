/// A thread for work that blocks in a driver's calls: one sick device must not delay another.
///
/// Its work runs in the order in which it was asked for, one piece at a time.
public actor BlockingThread {
    private let executor: ThreadExecutor
    /// The thread, for the runtime.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Starts the thread, which lives until `stop()`.
    ///
    /// - Parameter name: for `top -H`, which shows 15 characters of it.
    /// - Throws: `SystemError` when the system has no thread left.
    public init(name: String) throws(SystemError) { executor = try ThreadExecutor(name: name) }

    /// Ends the thread once what runs on it is done.
    public nonisolated func stop() { executor.stop() }

    /// Does something on the thread.
    ///
    /// - Throws: what the body threw.
    public func run<Value: Sendable>(_ body: @Sendable () throws -> Value) rethrows -> Value { try body() }
}
