import Glibc
import Synchronization

/// A thread for the work of one owner on a disk: a disk that is stuck keeps nobody else waiting.
///
/// Work is done in the order in which it came, a piece at a time. The thread starts with the first piece.
public final class DiskThread: Sendable {
    private struct State: ~Copyable {
        var thread: WorkThread?
        /// The time at which the piece of work under way began.
        var since: Uptime?
        /// Those who wait for a piece of work, by its number; called without a value when it is given up.
        var waiting: [Int: @Sendable () -> Void] = [:]
        var next = 0
        /// The pieces of work that are not done yet.
        var outstanding = 0
        var isGivenUp = false
    }

    /// The longest time that a piece of work takes on a disk that is well: cards think for a second now and then.
    private static let longest = Duration.seconds(5)

    private let name: String
    private let state = Mutex(State())

    /// Names the thread; nothing is started yet.
    ///
    /// - Parameter name: for `top -H`, which shows 15 characters of it.
    public init(name: String) { self.name = name }

    deinit { state.withLock { $0.thread?.stop() } }

    /// The time for which a piece of work has been under way when that is longer than on any disk that is well.
    public func stuck(at now: Uptime = .now) -> Duration? {
        state.withLock { state in
            guard let since = state.since, case let time = since.duration(to: now), time > Self.longest else {
                return nil
            }
            return time
        }
    }

    /// Does something on the thread, and does not wait for it.
    public func enqueue(_ work: @escaping @Sendable () -> Void) {
        let thread = state.withLock { state in
            if state.thread == nil { state.thread = try? WorkThread(name: name) }
            state.outstanding += 1
            return state.thread
        }
        let timed: @Sendable () -> Void = { [weak self] in
            self?.state.withLock { $0.since = .now }
            work()
            self?.state.withLock { state in
                state.since = nil
                state.outstanding -= 1
            }
        }
        // Where the system has no thread left, the disk had better be well.
        if let thread { thread.enqueue(timed) } else { timed() }
    }

    /// Does something on the thread and waits for it.
    ///
    /// - Returns: what it returned; `nil` when it was given up, and may still be done later.
    public func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value? {
        await withCheckedContinuation { done in
            let answer = Answer(done)
            let number = state.withLock { state in
                state.next += 1
                if !state.isGivenUp { state.waiting[state.next] = { answer.give(nil) } }
                return state.next
            }
            enqueue { [weak self] in
                let value = work()
                self?.state.withLock { _ = $0.waiting.removeValue(forKey: number) }
                answer.give(value)
            }
            if state.withLock({ $0.isGivenUp }) { answer.give(nil) }
        }
    }

    /// Lets the calling thread wait until all is done, for the end of the program.
    ///
    /// - Parameter limit: the longest time.
    public func drain(within limit: Duration) {
        let end = Uptime.now + limit
        while state.withLock({ $0.outstanding > 0 }), Uptime.now < end { usleep(2000) }
    }

    /// Waits for nothing any more after some time: whoever waits then goes on, and so does whoever comes.
    public func giveUp(after time: Duration) {
        guard let watch = try? WorkThread(name: "\(name)-end") else { return giveUp() }
        watch.enqueue { [weak self] in
            usleep(UInt32(min(max(0, time / .microseconds(1)), 1e9)))
            self?.giveUp()
        }
        watch.stop()
    }

    /// Waits for nothing any more, from now on.
    public func giveUp() {
        let waiting = state.withLock { state in
            state.isGivenUp = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for resume in waiting.values { resume() }
    }

    /// The one who waits, who is answered once.
    private final class Answer<Value: Sendable>: Sendable {
        private let done: Mutex<CheckedContinuation<Value?, Never>?>

        init(_ done: CheckedContinuation<Value?, Never>) { self.done = Mutex(done) }

        func give(_ value: Value?) {
            let done = done.withLock { done in
                defer { done = nil }
                return done
            }
            done?.resume(returning: value)
        }
    }
}
