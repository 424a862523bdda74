import CLinux
import Glibc
import MeterCore
import MeterNotation
import Synchronization

/// The place where a source lets its documents be read: beside the event loop, and no longer than a few seconds.
///
/// Small documents are read where they are, since a thread would cost more. A large one gets a thread that no other
/// document has meanwhile. One that takes too long is given up; its thread is left behind, at the lowest priority, until it
/// is done, and the source reads no large document before that, so that it never has two.
public final class ReadingDesk: Sendable {
    /// The size in bytes, 8 KiB, up to which a document is read at once: even its square is some milliseconds of work.
    public static let smallDocument = 8 << 10
    /// The time that reading a document may take, 5 s; one of a megabyte takes a Raspberry Pi 3 a tenth of a second.
    public static let patience = Duration.seconds(5)

    private let patience: Duration
    /// True while a thread reads for this source, waited for or left behind.
    private let isReading = Atomic(false)

    /// Makes a desk that reads nothing.
    public init(patience: Duration = patience) { self.patience = patience }

    /// Reads a document, and lets others have the event loop meanwhile.
    ///
    /// - Parameters:
    ///   - size: of the document in bytes.
    ///   - work: the reading; it may go on after it was given up.
    /// - Returns: what it returned.
    /// - Throws: `ReadingError`, what the work threw, or `CancellationError`.
    public func read<Value: Sendable>(
        _ size: Int,
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        guard size > Self.smallDocument else { return try work() }
        let end = Reading<Value>()
        try start(work, end)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            let patience = patience
            group.addTask {
                try await EventLoop.main.sleep(for: patience)
                end.giveUp(ReadingError.tooLong(patience))
            }
            defer { group.cancelAll() }
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { end.tell($0) }
            } onCancel: {
                end.giveUp(CancellationError())
            }
        }
    }

    /// Reads a document while the calling thread, which is not that of the event loop, waits.
    ///
    /// - Throws: `ReadingError`, or what the work threw.
    public func readWaiting<Value: Sendable>(
        _ size: Int,
        _ work: @escaping @Sendable () throws -> Value
    ) throws -> Value {
        guard size > Self.smallDocument else { return try work() }
        let end = Reading<Value>()
        let bell = try Bell()
        try start(work, end)
        end.tell(bell)
        var state = pollfd(fd: bell.fileDescriptor, events: Int16(POLLIN), revents: 0)
        let deadline = Uptime.now + patience
        while Uptime.now < deadline, end.outcome == nil {
            _ = poll(&state, 1, CInt(max(1, Uptime.now.duration(to: deadline) / .milliseconds(1)).rounded(.up)))
        }
        end.giveUp(ReadingError.tooLong(patience))
        guard let outcome = end.outcome else { throw ReadingError.tooLong(patience) }
        return try outcome.get()
    }

    /// Gives the work to a thread.
    private func start<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value,
        _ end: Reading<Value>
    ) throws {
        guard !isReading.exchange(true, ordering: .acquiringAndReleasing) else { throw ReadingError.stillReading }
        do {
            try ReadingThreads.shared.perform { [self] in
                end.begin()
                let outcome = Result { try work() }
                // Before it is told: the source may come with its next document at once.
                isReading.store(false, ordering: .releasing)
                return end.finish(outcome)
            }
        } catch {
            isReading.store(false, ordering: .releasing)
            throw error
        }
    }
}

/// The reason for which a document was not read to its end, as the end of a sentence about the sender.
public enum ReadingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It was given up after this time.
    case tooLong(Duration)
    /// The one before was given up, and its thread is not done with it.
    case stillReading

    public var description: String { said(sentence) }

    private var sentence: Phrase {
        switch self {
        case .tooLong(let time):
            "what it sent takes longer than \(Int(time / .seconds(1))) s to read, and was given up; is a simpler path possible?"
        case .stillReading: "what it sent before still takes time to read; this is left out"
        }
    }
}

/// The threads that read documents: one is kept, more come while several documents are read at once.
private final class ReadingThreads: Sendable {
    static let shared = ReadingThreads()
    private let idle = Mutex<WorkThread?>(nil)

    /// Does a piece of work on a thread of its own.
    ///
    /// - Parameter work: returns false when the thread is of no more use.
    /// - Throws: `SystemError` when the system has no thread left.
    func perform(_ work: @escaping @Sendable () -> Bool) throws(SystemError) {
        let known = idle.withLock { idle in
            defer { idle = nil }
            return idle
        }
        let thread: WorkThread
        if let known { thread = known } else { thread = try WorkThread(name: "documents") }
        thread.enqueue { [self] in
            let isOfUse = work()
            let surplus = idle.withLock { idle in
                guard isOfUse, idle == nil else { return true }
                idle = thread
                return false
            }
            if surplus { thread.stop() }
        }
    }
}

/// The reading of one document, between the one who waits for it and its thread.
private final class Reading<Value: Sendable>: Sendable {
    private struct State {
        var outcome: Result<Value, any Error>?
        var waiting: CheckedContinuation<Value, any Error>?
        var bell: Bell?
        /// The kernel's number of the thread, while it reads.
        var thread: id_t?
    }

    private let state = Mutex(State())

    /// The outcome; `nil` before it is there.
    var outcome: Result<Value, any Error>? { state.withLock { $0.outcome } }

    /// Notes the thread; called on it.
    func begin() {
        state.withLock { state in
            state.thread = id_t(clinux_thread_number())
            if state.outcome != nil { Self.putLast(state.thread) }
        }
    }

    /// Notes the outcome; called on the thread.
    ///
    /// - Returns: false when nobody waits for it any more.
    func finish(_ outcome: Result<Value, any Error>) -> Bool {
        state.withLock { $0.thread = nil }
        return conclude(outcome)
    }

    /// Ends the waiting without an outcome of the work, unless there is one; the thread goes on, behind all others.
    func giveUp(_ error: any Error) {
        guard conclude(.failure(error)) else { return }
        state.withLock { Self.putLast($0.thread) }
    }

    /// Gives a thread the lowest priority, for what is left of its life.
    private static func putLast(_ thread: id_t?) {
        if let thread { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), thread, 19) }
    }

    /// Lets a task wait.
    func tell(_ continuation: CheckedContinuation<Value, any Error>) {
        let outcome = state.withLock { state in
            if state.outcome == nil { state.waiting = continuation }
            return state.outcome
        }
        if let outcome { continuation.resume(with: outcome) }
    }

    /// Lets a thread wait.
    func tell(_ bell: Bell) {
        let isThere = state.withLock { state in
            state.bell = bell
            return state.outcome != nil
        }
        if isThere { bell.ring() }
    }

    /// Sets the outcome, once.
    private func conclude(_ outcome: Result<Value, any Error>) -> Bool {
        let (isFirst, waiting, bell) = state.withLock { state in
            guard state.outcome == nil else {
                return (false, CheckedContinuation<Value, any Error>?.none, Bell?.none)
            }
            state.outcome = outcome
            defer { state.waiting = nil }
            return (true, state.waiting, state.bell)
        }
        waiting?.resume(with: outcome)
        bell?.ring()
        return isFirst
    }
}
