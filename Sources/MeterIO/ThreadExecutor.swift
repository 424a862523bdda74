import CLinux
import Glibc

/// A serial executor with a thread of its own, for an actor that blocks in a driver's calls.
///
/// The thread has a stack of 256 KiB, leaves signals to the main one, and sleeps while there is no job.
public final class ThreadExecutor: SerialExecutor, @unchecked Sendable {
    // Safe because: `jobs` and `isStopping` are only touched under `mutex`.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [UnownedJob] = []
    private var isStopping = false

    /// Starts the thread, which lives until `stop()`.
    ///
    /// - Parameter name: for `top -H`, which shows 15 characters of it.
    /// - Throws: `SystemError` when the system has no thread left, as when a program leaves others behind at each run.
    public init(name: String) throws(SystemError) {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wake, nil)
        let code = clinux_start_thread(
            name,
            256 << 10,
            { context in
                if let context { Unmanaged<ThreadExecutor>.fromOpaque(context).takeRetainedValue().work() }
            },
            Unmanaged.passRetained(self).toOpaque()
        )
        guard code == 0 else {
            Unmanaged.passUnretained(self).release()
            throw SystemError("start", on: "the thread \(name)", code: code)
        }
    }

    deinit {
        pthread_cond_destroy(wake)
        pthread_mutex_destroy(mutex)
        wake.deallocate()
        mutex.deallocate()
    }

    /// Takes a piece of the actor's work, from any thread; for the runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        jobs.append(job)
        pthread_cond_signal(wake)
        pthread_mutex_unlock(mutex)
    }

    /// Ends the thread once what was enqueued is done.
    ///
    /// The actor must not be called afterwards.
    public func stop() {
        pthread_mutex_lock(mutex)
        isStopping = true
        pthread_cond_signal(wake)
        pthread_mutex_unlock(mutex)
    }

    /// Runs jobs in their order until it is stopped and none is left.
    private func work() {
        while true {
            pthread_mutex_lock(mutex)
            while jobs.isEmpty, !isStopping { pthread_cond_wait(wake, mutex) }
            let batch = jobs
            jobs.removeAll(keepingCapacity: true)
            pthread_mutex_unlock(mutex)
            if batch.isEmpty { return }
            for job in batch { job.runSynchronously(on: asUnownedSerialExecutor()) }
        }
    }
}
