import Glibc
import Synchronization

/// Keeps the lines that the server will never take, with the server's words, for a person to look at.
///
/// A plain file of line protocol with comments. When it is full it becomes `.old`, so that twice its limit is the most
/// that it ever takes. What the disk does not take waits in memory for it, within the same limit.
public final class DeadLetters: Sendable {
    private let path: String
    private let limit: Int
    private let waiting = Mutex<[UInt8]>([])

    public init(path: String, limit: Int = 1 << 20) {
        self.path = path
        self.limit = limit
    }

    /// Adds a line.
    ///
    /// - Returns: a sentence when it is not on the disk yet.
    public func append(_ batch: Batch, reason: String, at time: Timestamp) -> String? {
        let oneLine = reason.map { $0.isNewline ? " " : $0 }
        let destination = "database=\(batch.database) policy=\(batch.policy.name) precision=\(batch.precision.rawValue)"
        let text = "# \(time.seconds) \(destination): \(String(oneLine).prefix(500))\n"
        return waiting.withLock { waiting in
            if waiting.count < limit { waiting += [UInt8](text.utf8) + batch.lines }
            return save(&waiting)
        }
    }

    /// Tries again to put on the disk what waits for it.
    func retry() {
        waiting.withLock { waiting in if !waiting.isEmpty { _ = save(&waiting) } }
    }

    /// Takes over what other dead letters, which are not used any more, could not put on the disk.
    func takeOver(from earlier: DeadLetters) {
        let left = earlier.waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        waiting.withLock { $0 += left }
    }

    private func save(_ waiting: inout [UInt8]) -> String? {
        var status = stat()
        if stat(path, &status) == 0, status.st_size >= limit { rename(path, path + ".old") }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard file >= 0 else { return failure() }
        defer { close(file) }
        let start = lseek(file, 0, SEEK_END)
        let written = waiting.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        guard written == waiting.count else {
            let sentence = failure()
            ftruncate(file, start)
            return sentence
        }
        waiting = []
        return nil
    }

    private func failure() -> String { "cannot keep a refused line in \(path): \(String(cString: strerror(errno)))" }
}
