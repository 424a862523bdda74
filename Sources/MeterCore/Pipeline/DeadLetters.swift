import Synchronization

/// Keeps the lines that the server will never take, with the server's words, for a person to look at.
///
/// A plain file of line protocol, with a comment where the reason changes. When it is full it becomes `.old`, so that
/// twice its limit is about the most that it takes. The lines of an earlier `.old` are lost, and counted, where they are
/// of the sources that have most; the others' begin the new file. What the disk does not take waits in memory for it,
/// within the same limit and by the same rule.
public final class DeadLetters: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var lastComment = ""
        var lost = LostPoints()
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
    public var lost: LostPoints { state.withLock { $0.lost } }

    /// Adds lines, which wait in memory until they are saved: a request may refuse many, one after the other.
    public func append(_ batch: Batch, reason: String, at time: Timestamp) {
        let destination = "database=\(batch.database) policy=\(batch.policy.name) precision=\(batch.precision.rawValue)"
        let comment = "\(destination): \(onOneLine(shortened(reason)))"
        return state.withLock { state in
            if comment != state.lastComment { state.waiting += [UInt8]("# \(time.seconds) \(comment)\n".utf8) }
            state.lastComment = comment
            state.waiting += harmless(batch.lines)
            while state.waiting.count > limit, giveUp(&state) {}
        }
    }

    /// Gives up the oldest waiting lines of the sources that have most.
    ///
    /// - Returns: false when nothing went.
    private func giveUp(_ state: inout State) -> Bool {
        let before = state.waiting.count
        let most = Shares(of: state.waiting).most
        let (rest, lost) = sieved(state.waiting, without: most, until: before - limit * 7 / 8)
        state.waiting = rest
        state.lost.add(lost)
        // The comment of the last lines may have gone with them.
        state.lastComment = ""
        return rest.count < before
    }

    /// True when lines are not on the disk yet.
    var hasUnsaved: Bool { state.withLock { !$0.waiting.isEmpty } }

    /// Puts on the disk what waits for it, with one write; on one thread at a time.
    ///
    /// - Returns: a sentence when it is not on the disk yet; it is tried again then.
    @discardableResult
    public func save() -> String? {
        var lines = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        guard !lines.isEmpty else { return nil }
        do throws(DiskError) {
            if let turn = try file.makeRoom() {
                var shares = Shares(of: turn.old)
                shares.add(Shares(of: turn.full))
                let (rest, lost) = sieved(turn.old, without: shares.most)
                lines = rest + lines
                state.withLock { state in
                    state.lost.add(lost)
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
