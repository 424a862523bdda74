import CLinux
import Glibc

/// A thread that does what it is given, in order, and sleeps while there is nothing.
///
/// It has a stack of 256 KiB and leaves signals to the main one.
public final class WorkThread: @unchecked Sendable {
    // Safe because: `queue` and `isStopping` are only touched under `mutex`.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var queue: [@Sendable () -> Void] = []
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
                if let context { Unmanaged<WorkThread>.fromOpaque(context).takeRetainedValue().work() }
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

    /// Takes a piece of work, from any thread.
    public func enqueue(_ work: @escaping @Sendable () -> Void) {
        pthread_mutex_lock(mutex)
        queue.append(work)
        pthread_cond_signal(wake)
        pthread_mutex_unlock(mutex)
    }

    /// Ends the thread once what was enqueued is done; nothing may be enqueued afterwards.
    public func stop() {
        pthread_mutex_lock(mutex)
        isStopping = true
        pthread_cond_signal(wake)
        pthread_mutex_unlock(mutex)
    }

    /// Does its work in order until it is stopped and none is left.
    private func work() {
        while true {
            pthread_mutex_lock(mutex)
            while queue.isEmpty, !isStopping { pthread_cond_wait(wake, mutex) }
            let batch = queue
            queue.removeAll(keepingCapacity: true)
            pthread_mutex_unlock(mutex)
            if batch.isEmpty { return }
            for piece in batch { piece() }
        }
    }
}
