/// A serial executor with a thread of its own, for an actor that blocks in a driver's calls.
public final class ThreadExecutor: SerialExecutor {
    private let thread: WorkThread

    /// Starts the thread, which lives until `stop()`.
    ///
    /// - Parameter name: for `top -H`, which shows 15 characters of it.
    /// - Throws: `SystemError` when the system has no thread left.
    public init(name: String) throws(SystemError) { thread = try WorkThread(name: name) }

    /// Takes a piece of the actor's work, from any thread; for the runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        thread.enqueue { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Ends the thread once what was enqueued is done.
    ///
    /// The actor must not be called afterwards.
    public func stop() { thread.stop() }
}
