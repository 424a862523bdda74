import Synchronization

/// Keeps the lines that the server will never take, with the server's words, for a person to look at.
///
/// A plain file of line protocol, with a comment where the reason changes. When it is full it becomes `.old`, so that
/// twice its limit is the most that it ever takes; the lines of an earlier `.old` are counted as lost. What the disk
/// does not take waits in memory for it, within the same limit.
public final class DeadLetters: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var lastComment = ""
        var dropped = 0
    }

    private let file: RotatedFile
    private let limit: Int
    private let state = Mutex(State())

    /// Names the file; with more than `limit` bytes, 4 MiB by default, it becomes `.old`.
    public init(path: String, limit: Int = 4 << 20) {
        file = RotatedFile(path, limit: limit)
        self.limit = limit
    }

    /// Lines given up for want of room.
    public var dropped: Int { state.withLock { $0.dropped } }

    /// Adds lines, which wait in memory until they are saved: a request may refuse many, one after the other.
    public func append(_ batch: Batch, reason: String, at time: Timestamp) {
        let destination = "database=\(batch.database) policy=\(batch.policy.name) precision=\(batch.precision.rawValue)"
        let comment = "\(destination): \(onOneLine(shortened(reason)))"
        return state.withLock { state in
            if state.waiting.count < limit {
                if comment != state.lastComment { state.waiting += [UInt8]("# \(time.seconds) \(comment)\n".utf8) }
                state.lastComment = comment
                state.waiting += harmless(batch.lines)
            } else {
                state.dropped += batch.points
            }
        }
    }

    /// True when lines are not on the disk yet.
    var hasUnsaved: Bool { state.withLock { !$0.waiting.isEmpty } }

    /// Puts on the disk what waits for it, with one write; on one thread at a time.
    ///
    /// - Returns: a sentence when it is not on the disk yet; it is tried again then.
    @discardableResult
    public func save() -> String? {
        let lines = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        guard !lines.isEmpty else { return nil }
        do throws(DiskError) {
            if let lost = try file.makeRoom() {
                let count = lost.split(separator: UInt8(ascii: "\n")).count { $0.first != UInt8(ascii: "#") }
                state.withLock { state in
                    state.dropped += count
                    state.lastComment = ""
                }
            }
            try file.append(lines)
            return nil
        } catch {
            state.withLock { $0.waiting = lines + $0.waiting }
            return "\(error)"
        }
    }

    /// Takes over the lines that other dead letters, no longer in use, could not put on the disk.
    func takeOver(from earlier: DeadLetters) {
        let left = earlier.state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        state.withLock { $0.waiting += left }
    }
}
