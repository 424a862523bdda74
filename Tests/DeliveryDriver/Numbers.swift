import Glibc
import MeterCore
import Synchronization

/// Counts the readings and says on standard output how far they have got.
///
/// `a 12` when reading 12 was handed over, `s 9` when the readings to 9 are on the server or on the disk: none of them
/// may be lost by whatever happens next.
final class Numbers: Sendable {
    private struct State {
        var last: Int64
        var safe: Int64
        var uploaders: [Uploader] = []
        var batchers: [Batcher] = []
        var daemon: Daemon?
    }

    private let state: Mutex<State>

    init(after last: Int64) { state = Mutex(State(last: last, safe: last)) }

    /// Whose daemon it is.
    func note(_ daemon: Daemon) { state.withLock { $0.daemon = daemon } }
    /// One more way on which readings can be.
    func note(_ batcher: Batcher) { state.withLock { $0.batchers.append(batcher) } }
    func note(_ uploader: Uploader) { state.withLock { $0.uploaders.append(uploader) } }

    /// Hands the next number to whom it concerns.
    func next(_ body: (Int64) -> Void) {
        sayWhatIsSafe()
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        body(number)
        say("a \(number)")
    }

    /// The newest readings are the ones that still are in memory, whichever part of the program has them.
    ///
    /// All of the program's tasks run on one thread, so nothing is on its way between two parts now.
    func sayWhatIsSafe() {
        let safe = state.withLock { state -> Int64? in
            let inMemory =
                state.batchers.reduce(0) { $0 + $1.waiting }
                + state.uploaders.reduce(0) { $0 + $1.outbox.backlog.pointsInMemory }
                + (state.daemon?.dating.unsaved ?? 0)
            let safe = state.last - Int64(inMemory)
            guard safe > state.safe else { return nil }
            state.safe = safe
            return safe
        }
        if let safe { say("s \(safe)") }
    }

    private func say(_ text: String) {
        let bytes = [UInt8]((text + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
