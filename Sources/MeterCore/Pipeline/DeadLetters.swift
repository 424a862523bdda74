import Glibc
import Synchronization

/// Keeps the lines that the server will never take, with the server's words, for a person to look at.
///
/// A plain file of line protocol, with a comment where the reason changes. When it is full it becomes `.old`, so that
/// twice its limit is the most that it ever takes; the lines of an earlier `.old` are counted as lost. What the disk does
/// not take waits in memory for it, within the same limit.
public final class DeadLetters: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var lastComment = ""
        var dropped = 0
    }

    private let path: String
    private let limit: Int
    private let state = Mutex(State())

    public init(path: String, limit: Int = 4 << 20) {
        self.path = path
        self.limit = limit
    }

    /// Lines given up for want of room.
    public var dropped: Int { state.withLock { $0.dropped } }

    /// Adds a line; it is on the disk when this returns `nil`.
    ///
    /// - Returns: a sentence when it is not on the disk yet.
    public func append(_ batch: Batch, reason: String, at time: Timestamp) -> String? {
        let destination = "database=\(batch.database) policy=\(batch.policy.name) precision=\(batch.precision.rawValue)"
        let comment = "\(destination): \(onOneLine(reason).prefix(500))"
        return state.withLock { state in
            if state.waiting.count < limit {
                if comment != state.lastComment { state.waiting += [UInt8]("# \(time.seconds) \(comment)\n".utf8) }
                state.lastComment = comment
                state.waiting += batch.lines
            } else {
                state.dropped += batch.points
            }
            return save(&state)
        }
    }

    /// Tries again to put on the disk what waits for it.
    func retry() {
        state.withLock { state in if !state.waiting.isEmpty { _ = save(&state) } }
    }

    /// Takes over what other dead letters, which are not used any more, could not put on the disk.
    func takeOver(from earlier: DeadLetters) {
        let left = earlier.state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        state.withLock { $0.waiting += left }
    }

    private func save(_ state: inout State) -> String? {
        makeRoom(&state)
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard file >= 0 else { return failure() }
        defer { close(file) }
        giveToOwner(of: DurableFile(path).folder, file)
        let start = lseek(file, 0, SEEK_END)
        let written = state.waiting.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        guard written == state.waiting.count, fdatasync(file) == 0 else {
            let sentence = failure()
            ftruncate(file, start)
            return sentence
        }
        state.waiting = []
        return nil
    }

    private func makeRoom(_ state: inout State) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size >= limit else { return }
        let lost = (try? DurableFile(path + ".old").read()) ?? []
        if rename(path, path + ".old") == 0 {
            state.dropped += lost.split(separator: UInt8(ascii: "\n")).count { $0.first != UInt8(ascii: "#") }
            state.lastComment = ""
        }
    }

    private func failure() -> String { "cannot keep a refused line in \(path): \(String(cString: strerror(errno)))" }
}
