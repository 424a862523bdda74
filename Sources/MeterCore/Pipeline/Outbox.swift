import Synchronization

/// Batches on their way to one server, oldest first: the spooled ones, then those in memory.
///
/// Intake and delivery work on it at the same time. A batch stays first in line until it was delivered; each has a
/// number, so that removing it is exact even when it was spooled or evicted in the meantime.
public final class Outbox: Sendable {
    /// The first in line, and its number.
    public struct Entry: Sendable {
        public var number: Int
        public var batch: Batch
    }

    private struct State: ~Copyable {
        var memory: [Entry] = []
        var memoryBytes = 0
        var spooled: [Int] = []
        var next = 0
        var dropped = 0
    }

    private let state: Mutex<State>
    private let spool: (any BatchStore)?
    private let memoryLimit: Int

    /// Opens the way to one server.
    ///
    /// - Parameters:
    ///   - spool: where batches wait on disk, or `nil` to keep them in memory only. What it already holds goes first.
    ///   - memoryLimit: bytes kept in memory; beyond it the oldest batch is dropped and counted.
    public init(spool: (any BatchStore)?, memoryLimit: Int = 16 << 20) {
        self.spool = spool
        self.memoryLimit = memoryLimit
        var initial = State()
        let waiting = spool?.count ?? 0
        initial.spooled = [Int](0..<waiting)
        initial.next = waiting
        state = Mutex(initial)
    }

    /// Puts a batch last in line.
    public func append(_ batch: Batch) {
        state.withLock { state in
            state.memory.append(Entry(number: state.next, batch: batch))
            state.next += 1
            state.memoryBytes += batch.lines.count
            while state.memoryBytes > memoryLimit, state.memory.count > 1 {
                let oldest = state.memory.removeFirst()
                state.memoryBytes -= oldest.batch.lines.count
                state.dropped += oldest.batch.points
            }
        }
    }

    /// The first in line, which stays there.
    public var first: Entry? {
        state.withLock { state in
            while let number = state.spooled.first {
                if let batch = spool?.first { return Entry(number: number, batch: batch) }
                // The store lost it (it could not be read any more) and has counted that.
                state.spooled.removeFirst()
            }
            return state.memory.first
        }
    }

    /// Removes what was delivered.
    public func remove(_ entry: Entry) {
        state.withLock { state in
            if state.spooled.first == entry.number {
                state.spooled.removeFirst()
                spool?.removeFirst()
            } else if let index = state.memory.firstIndex(where: { $0.number == entry.number }) {
                state.memoryBytes -= state.memory.remove(at: index).batch.lines.count
            }
        }
    }

    /// Moves what is in memory to the spool, in order.
    ///
    /// - Returns: why something had to stay in memory, if so.
    @discardableResult
    public func persist() -> String? {
        guard let spool else { return nil }
        return state.withLock { state in
            while let entry = state.memory.first {
                switch spool.append(entry.batch) {
                case .failure(let trouble): return trouble.description
                case .success(let evicted):
                    state.memory.removeFirst()
                    state.memoryBytes -= entry.batch.lines.count
                    state.spooled.append(entry.number)
                    state.spooled.removeFirst(min(evicted, state.spooled.count))
                }
            }
            return nil
        }
    }

    /// What waits, for `status`.
    public struct Backlog: Sendable, Equatable {
        public var batchesInMemory = 0
        public var bytesInMemory = 0
        public var batchesOnDisk = 0
        public var bytesOnDisk = 0
        /// Points given up since the start because neither memory nor spool had room.
        public var dropped = 0
    }

    public var backlog: Backlog {
        state.withLock { state in
            Backlog(
                batchesInMemory: state.memory.count,
                bytesInMemory: state.memoryBytes,
                batchesOnDisk: state.spooled.count,
                bytesOnDisk: spool?.bytes ?? 0,
                dropped: state.dropped + (spool?.dropped ?? 0)
            )
        }
    }

    public var isEmpty: Bool { state.withLock { $0.memory.isEmpty && $0.spooled.isEmpty } }
}

/// Batches that survive the process, first in first out.
///
/// The outbox calls it under its lock: one at a time.
public protocol BatchStore: Sendable {
    /// Stores a batch durably. Success says how many of the oldest batches were evicted to make room.
    func append(_ batch: Batch) -> Result<Int, BatchStoreError>
    /// The oldest batch, which stays there; `nil` when there is none that can be read.
    var first: Batch? { get }
    func removeFirst()
    var count: Int { get }
    var bytes: Int { get }
    /// Points lost for want of room or because they could not be read any more.
    var dropped: Int { get }
}

/// Why a batch could not be stored, as a sentence.
public struct BatchStoreError: Error, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}
