import Synchronization

/// Work on a disk that is done by its thread, one piece after the other; a failure is told to whoever asks next.
public final class DiskErrand: Sendable {
    private struct State: Sendable {
        var isBusy = false
        var failure: DiskError?
    }

    private let thread: DiskThread?
    private let state = Mutex(State())

    /// Makes one that has nothing to do.
    ///
    /// - Parameter thread: does it; without one whoever asks waits for the disk.
    public init(_ thread: DiskThread?) { self.thread = thread }

    /// True while the last piece of work is not done.
    public var isBusy: Bool { state.withLock { $0.isBusy } }

    /// The failure of the last piece of work, once.
    public func takeFailure() -> DiskError? {
        state.withLock { state in
            defer { state.failure = nil }
            return state.failure
        }
    }

    /// Does a piece of work, or lets it be done; to be called when it is not busy.
    public func perform(_ work: @escaping @Sendable () throws(DiskError) -> Void) {
        state.withLock { $0.isBusy = true }
        let timed: @Sendable () -> Void = { [self] in
            var failure: DiskError?
            do throws(DiskError) { try work() } catch { failure = error }
            state.withLock { $0 = State(isBusy: false, failure: failure) }
        }
        if let thread { thread.enqueue(timed) } else { timed() }
    }
}
