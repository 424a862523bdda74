/// A thread for work that blocks in a driver's calls: one sick device must not delay another.
public actor BlockingThread {
    private let executor: ThreadExecutor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Starts the thread, which lives until `stop()`.
    ///
    /// - Parameter name: what `top -H` shows; 15 characters of it.
    /// - Throws: when the system has no thread left.
    public init(name: String) throws(SystemError) { executor = try ThreadExecutor(name: name) }

    /// Ends the thread once what runs on it is done.
    public nonisolated func stop() { executor.stop() }

    /// Does something on the thread.
    ///
    /// - Throws: what the body threw.
    public func run<Value: Sendable>(_ body: @Sendable () throws -> Value) rethrows -> Value { try body() }
}
