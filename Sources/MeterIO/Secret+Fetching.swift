public import MeterCore
import Synchronization

extension Secret {
    /// The reads that are not done, by file: more than one only when several ask at once, or the disk is stuck.
    private static let underWay = Mutex<[String: Int]>([:])
    /// The most reads of a file at once: each has a thread.
    private static let most = 4
    /// The longest time of a disk that is well.
    private static let patience = Duration.seconds(5)

    /// The value now, for those on the event loop: a thread of its own reads it, and a stuck disk keeps only the caller
    /// waiting.
    ///
    /// - Throws: `SecretError` as `read()`, and when the disk does not answer within 5 s or the task is cancelled.
    public func fetch() async throws(SecretError) -> String {
        let mayRead = Self.underWay.withLock { reads in
            guard reads[file, default: 0] < Self.most else { return false }
            reads[file, default: 0] += 1
            return true
        }
        guard mayRead else { throw .stuck(file) }
        let thread = DiskThread(name: "secret")
        let value: Result<String, SecretError>? = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Cancelled when the value is there; else its time is over, or that of the caller.
                try? await EventLoop.main.sleep(for: Self.patience)
                thread.giveUp()
            }
            let value = await thread.run { () -> Result<String, SecretError> in
                defer {
                    Self.underWay.withLock { reads in
                        let left = (reads[file] ?? 1) - 1
                        reads[file] = left > 0 ? left : nil
                    }
                }
                do throws(SecretError) { return .success(try read()) } catch { return .failure(error) }
            }
            group.cancelAll()
            return value
        }
        guard let value else { throw .stuck(file) }
        return try value.get()
    }
}
