public import MeterCore
import Synchronization

extension Secret {
    /// The reads by file that nobody waits for any more and that are not done: the disk is stuck.
    private static let leftBehind = Mutex<[String: Int]>([:])
    /// The most of them of a file: each has a thread.
    private static let most = 4
    /// The longest time of a disk that is well.
    private static let patience = Duration.seconds(5)

    /// The value now, for those on the event loop: a thread of its own reads it, and a stuck disk keeps only the caller
    /// waiting.
    ///
    /// Any number may ask at once, as devices with the same password do.
    ///
    /// - Throws: `SecretError` as `read()`, and when the disk does not answer within 5 s or the task is cancelled.
    public func fetch() async throws(SecretError) -> String {
        guard Self.leftBehind.withLock({ $0[file, default: 0] < Self.most }) else { throw .stuck(file) }
        let thread = DiskThread(name: "secret")
        let reading = Reading(file)
        let value: Result<String, SecretError>? = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Cancelled when the value is there; else its time is over, or that of the caller.
                try? await EventLoop.main.sleep(for: Self.patience)
                thread.giveUp()
            }
            let value = await thread.run { () -> Result<String, SecretError> in
                defer { reading.end() }
                do throws(SecretError) { return .success(try read()) } catch { return .failure(error) }
            }
            group.cancelAll()
            return value
        }
        guard let value else {
            reading.leave()
            throw .stuck(file)
        }
        return try value.get()
    }

    /// A read, between the one who waits for it and its thread.
    private final class Reading: Sendable {
        private enum State { case underWay, done, leftBehind }

        private let file: String
        private let state = Mutex(State.underWay)

        init(_ file: String) { self.file = file }

        /// Notes that it is done; called on the thread.
        func end() {
            let before = state.withLock { state in
                defer { state = .done }
                return state
            }
            if before == .leftBehind { count(-1) }
        }

        /// Notes that nobody waits for it any more.
        func leave() {
            state.withLock { state in
                guard state == .underWay else { return }
                state = .leftBehind
                // Before its end can be noted.
                count(1)
            }
        }

        private func count(_ change: Int) {
            Secret.leftBehind.withLock { reads in
                let number = (reads[file] ?? 0) + change
                reads[file] = number > 0 ? number : nil
            }
        }
    }
}
