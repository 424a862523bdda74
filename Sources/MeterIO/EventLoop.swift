import CLinux
import Glibc
public import MeterCore
import Synchronization

/// Runs tasks on one thread that sleeps until there is a job, a time has come or a descriptor has something.
///
/// The process needs no other thread for its tasks, and none of it wakes up in between; the runtime's own pool looks
/// after its threads once a second. Work that blocks belongs on a thread of its own, see `ThreadExecutor`.
public final class EventLoop: TaskExecutor, Clock {
    public typealias Instant = Uptime

    /// The event for which a task waits.
    private enum Event: Sendable {
        case time(Instant)
        case readable(CInt, until: Instant?)
    }

    /// All that changes, under one lock.
    private struct State: ~Copyable {
        /// Pieces of tasks that are ready to run, in their order.
        var jobs: [UnownedJob] = []
        /// The tasks that wait for a time or a descriptor.
        var waiters = Waiters<Event>()
        /// True while the thread is in poll(2), so that a change must ring the bell.
        var isAsleep = false
    }

    /// The loop of the program's own tasks, on its main thread.
    public static let main = EventLoop()

    /// The rounds of pieces that make others ready before descriptors and times have their turn.
    private static let mostRounds = 16

    private let state = Mutex(State())
    private let bell: CInt

    /// Makes a loop, which works while `run(_:)` does.
    public init() {
        bell = clinux_open_event()
        precondition(bell >= 0, "no descriptor for the event loop: \(String(cString: strerror(errno)))")
    }

    deinit { close(bell) }

    /// Runs a task, and all that it starts, on the calling thread until it has ended.
    ///
    /// - Returns: the value of the task.
    /// - Throws: what the task threw.
    public func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let outcome = Outcome<Value>()
        let end = End()
        Task(executorPreference: self) {
            do { outcome.set(.success(try await body())) } catch { outcome.set(.failure(error)) }
            end.hasCome.store(true, ordering: .releasing)
        }
        var desk = Desk()
        while true {
            work(until: end, &desk)
            if let result = outcome.result { return try result.get() }
        }
    }

    /// Works until an end has come.
    private func work(until end: End, _ desk: inout Desk) {
        while true {
            // What tasks hand to each other costs no look at descriptors and times in between, within bounds.
            var rounds = 1
            while runJobs(&desk), rounds < Self.mostRounds { rounds += 1 }
            if end.hasCome.load(ordering: .acquiring) { return }
            resumeWaiters(&desk)
        }
    }

    // MARK: - For tasks

    /// Takes a piece of a task, from any thread; for the runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        change { $0.jobs.append(job) }
    }

    /// The time since the machine started, which no clock correction moves.
    public var now: Instant { .now }
    /// 1 ms, as poll(2) counts.
    public var minimumResolution: Duration { .milliseconds(1) }

    /// Waits until a time has come; the tolerance is not used.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try await wait(for: .time(deadline))
    }

    /// Waits until a time has come.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public nonisolated(nonsending) func sleep(until deadline: Instant) async throws {
        try await wait(for: .time(deadline))
    }

    /// Waits for a while.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public nonisolated(nonsending) func sleep(for duration: Duration) async throws {
        try await wait(for: .time(now + duration))
    }

    /// Waits until a descriptor has something to read, or was closed at its other end, or a time has come.
    ///
    /// The caller finds out by reading which of them it was. The descriptor must stay open meanwhile.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public nonisolated(nonsending) func waitUntilReadable(
        _ descriptor: CInt,
        until deadline: Instant? = nil
    ) async throws {
        try await wait(for: .readable(descriptor, until: deadline))
    }

    private nonisolated(nonsending) func wait(for event: Event) async throws {
        let ticket = state.withLock { $0.waiters.ticket() }
        try await suspend { continuation in
            change { $0.waiters.add(ticket, event, continuation) } ? nil : .failure(CancellationError())
        } leave: {
            change { $0.waiters.take(ticket)?.continuation }
        }
    }

    /// Changes what the loop works on, and wakes it when it sleeps.
    private func change<Result>(_ body: (inout State) -> Result) -> Result {
        let (result, wasAsleep) = state.withLock { state in
            let result = body(&state)
            defer { state.isAsleep = false }
            return (result, state.isAsleep)
        }
        if wasAsleep {
            var one: UInt64 = 1
            write(bell, &one, MemoryLayout.size(ofValue: one))
        }
        return result
    }

    // MARK: - The loop

    /// Runs the pieces that were ready when it was called; those that they make ready come next time.
    ///
    /// - Returns: false when there were none.
    private func runJobs(_ desk: inout Desk) -> Bool {
        state.withLock { swap(&$0.jobs, &desk.jobs) }
        for job in desk.jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
        defer { desk.jobs.removeAll(keepingCapacity: true) }
        return !desk.jobs.isEmpty
    }

    /// Sleeps until there is something to do, and resumes who waited for it.
    private func resumeWaiters(_ desk: inout Desk) {
        desk.descriptors.append(Self.wish(bell))
        let pause = state.withLock { state -> CInt in
            var deadline: Instant?
            // By their places, so that none of those who wait is copied.
            for number in state.waiters.all.indices {
                let time: Instant?
                switch state.waiters.all[number].wish {
                case .readable(let descriptor, let end):
                    desk.descriptors.append(Self.wish(descriptor))
                    time = end
                case .time(let end): time = end
                }
                if let time { deadline = min(deadline ?? time, time) }
            }
            guard state.jobs.isEmpty else { return 0 }
            state.isAsleep = true
            return deadline.map(Self.milliseconds) ?? -1
        }
        if Glibc.poll(&desk.descriptors, nfds_t(desk.descriptors.count), pause) > 0 {
            desk.descriptors.removeAll { $0.revents == 0 }
        } else {
            desk.descriptors.removeAll(keepingCapacity: true)
        }
        let ready = desk.descriptors
        func isReady(_ descriptor: CInt) -> Bool { ready.contains { $0.fd == descriptor } }
        if isReady(bell) {
            var count: UInt64 = 0
            _ = read(bell, &count, MemoryLayout.size(ofValue: count))
        }
        let now = Instant.now
        state.withLock { state in
            state.isAsleep = false
            state.waiters.take(into: &desk.due) { event in
                switch event {
                case .readable(let descriptor, let end): isReady(descriptor) || end.map { $0 <= now } ?? false
                case .time(let time): time <= now
                }
            }
        }
        for continuation in desk.due { continuation.resume() }
        desk.due.removeAll(keepingCapacity: true)
        desk.descriptors.removeAll(keepingCapacity: true)
    }

    /// Milliseconds until a time, rounded up, so that it has come when the pause is over; an hour at most.
    private static func milliseconds(until time: Instant) -> CInt {
        let left = time.seconds(since: .now) * 1000
        return left <= 0 ? 0 : CInt(min(left.rounded(.up), 3_600_000))
    }

    /// A descriptor that is waited for until it has something to read.
    private static func wish(_ descriptor: CInt) -> pollfd {
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    }
}

/// What the loop's thread looks at between two pieces of work, kept so that no wake-up allocates.
private struct Desk {
    /// The descriptors that are waited for; after the wait those that have something or were closed.
    var descriptors: [pollfd] = []
    /// Those who are to go on.
    var due: [Waiters<Void>.Continuation] = []
    /// The pieces of tasks at work.
    var jobs: [UnownedJob] = []
}

/// Tells the loop that its task has ended, without a look at what the task gave.
private final class End: Sendable {
    let hasCome = Atomic(false)
}

/// The place for a task's end, from which the loop takes it.
private final class Outcome<Value: Sendable>: Sendable {
    private let state = Mutex<Result<Value, any Error>?>(nil)

    /// The end; `nil` while the task runs.
    var result: Result<Value, any Error>? { state.withLock { $0 } }

    /// Notes the end, once.
    func set(_ result: Result<Value, any Error>) { state.withLock { $0 = result } }
}
