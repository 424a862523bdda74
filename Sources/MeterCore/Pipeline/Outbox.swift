import Glibc
import Synchronization

/// Batches on their way to one server: older ones in the spool, newer ones in memory.
///
/// Intake and delivery work on it at the same time. A batch stays until it was delivered; each has a number, so that
/// removing it is exact even when it was spooled or evicted in the meantime.
public final class Outbox: Sendable {
    private struct State: ~Copyable {
        var memory: [(number: Int, batch: Batch)] = []
        var memoryBytes = 0
        var next = 0
        var dropped = 0
        var lastWasOld = false
        var spool: (any BatchStore)?
        var isClosed = false
    }

    private let state: Mutex<State>
    private let openSpool: (@Sendable () throws(DiskError) -> any BatchStore)?
    private let memoryLimit: Int

    /// The most bytes of one load, unless one batch alone has more.
    private static let largestLoad = Batcher.largestBatch

    /// Opens the way to one server.
    ///
    /// - Parameters:
    ///   - memoryLimit: bytes kept in memory; beyond it the oldest batch is dropped and counted.
    ///   - openSpool: opens the place on disk where batches wait, or `nil` to keep them in memory only. What it already
    ///     holds goes first. Where it fails, batches stay in memory and it is tried again each time they should not.
    public init(
        memoryLimit: Int = 16 << 20,
        spool openSpool: (@Sendable () throws(DiskError) -> any BatchStore)?
    ) {
        self.openSpool = openSpool
        self.memoryLimit = memoryLimit
        var initial = State()
        initial.spool = try? openSpool?()
        state = Mutex(initial)
    }

    /// True when batches should wait on disk and cannot.
    var lacksSpool: Bool { state.withLock { $0.spool == nil } && openSpool != nil }

    /// Puts a batch last in line.
    public func append(_ batch: Batch) {
        state.withLock { state in
            state.memory.append((state.next, batch))
            state.next += 1
            state.memoryBytes += batch.lines.count
            while state.memoryBytes > memoryLimit, state.memory.count > 1 {
                let oldest = state.memory.removeFirst()
                state.memoryBytes -= oldest.batch.lines.count
                state.dropped += oldest.batch.points
            }
        }
    }

    /// The next load to deliver, which stays until it is removed.
    ///
    /// Loads from the spool and from memory take turns, each oldest first: a long backlog does not keep a household
    /// from seeing what happens now.
    ///
    /// - Parameters:
    ///   - current: one that is being delivered, to be left out.
    ///   - closed: destinations that take nothing now.
    /// - Returns: `nil` when nothing waits.
    public func next(after current: Load? = nil, besides closed: Set<Batch.Destination> = []) -> Load? {
        let taken = current?.numbers ?? []
        return state.withLock { state in
            var old: [(number: Int, batch: Batch)] = []
            let new = state.memory.lazy.filter { entry in
                !taken.contains(entry.number) && !closed.contains(entry.batch.destination)
            }
            if !state.lastWasOld || new.isEmpty {
                old = state.spool?.oldest(upTo: Self.largestLoad, besides: taken, closed) ?? []
            }
            state.lastWasOld = !old.isEmpty
            var left = Self.largestLoad
            let load = Load(
                !old.isEmpty
                    ? old
                    : Array(
                        new.prefix { entry in
                            defer { left -= entry.batch.lines.count }
                            return left == Self.largestLoad || entry.batch.lines.count <= left
                        }
                    )
            )
            return load.parts.isEmpty ? nil : load
        }
    }

    /// Removes what was delivered.
    public func remove(_ numbers: Set<Int>) {
        state.withLock { state in
            state.memory.removeAll { entry in
                guard numbers.contains(entry.number) else { return false }
                state.memoryBytes -= entry.batch.lines.count
                return true
            }
            state.spool?.remove(numbers)
        }
    }

    /// Moves what is in memory to the spool, in order.
    ///
    /// - Parameter destinations: only what is for these, or `nil` for all.
    /// - Returns: the reason for which something had to stay in memory, if so.
    @discardableResult
    public func persist(only destinations: Set<Batch.Destination>? = nil) -> String? {
        guard let openSpool else { return nil }
        return state.withLock { state in
            guard !state.isClosed else { return "another output has the spool by now" }
            do throws(DiskError) {
                if state.spool == nil { state.spool = try openSpool() }
                guard let spool = state.spool else { return nil }
                return try Self.move(&state, to: spool, only: destinations)
            } catch {
                return error.description
            }
        }
    }

    /// Moves batches to the spool, besides those that it can never take.
    private static func move(
        _ state: inout State,
        to spool: any BatchStore,
        only destinations: Set<Batch.Destination>?
    ) throws(DiskError) -> String? {
        var trouble: String?
        var place = 0
        while place < state.memory.count {
            let entry = state.memory[place]
            guard destinations?.contains(entry.batch.destination) ?? true else {
                place += 1
                continue
            }
            do throws(DiskError) {
                try spool.append(entry.batch, as: entry.number)
                state.memory.remove(at: place)
                state.memoryBytes -= entry.batch.lines.count
            } catch {
                guard error.code == EMSGSIZE else { throw error }
                trouble = error.description
                place += 1
            }
        }
        return trouble
    }

    /// Lets another outbox have the spool; nothing can be put on disk here from now on.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.spool?.close()
        }
    }

    /// Takes over what another outbox, closed by now, could neither send nor put on disk.
    func takeOver(from earlier: Outbox) {
        let left = earlier.state.withLock { state in
            defer { (state.memory, state.memoryBytes) = ([], 0) }
            return state.memory.map(\.batch)
        }
        for batch in left { append(batch) }
    }

    /// The batches that are in memory only.
    package var memory: [Batch] { state.withLock { $0.memory.map(\.batch) } }

    /// The batches that wait, for `status`.
    public struct Backlog: Sendable, Equatable {
        /// Points in memory and on disk.
        public var points = 0
        /// Points that would be lost with the power.
        public var pointsInMemory = 0
        /// Batches in memory only.
        public var batchesInMemory = 0
        /// Their bytes of line protocol.
        public var bytesInMemory = 0
        /// Batches in the spool.
        public var batchesOnDisk = 0
        /// The bytes of the spool's files.
        public var bytesOnDisk = 0
        /// Points given up since the start because neither memory nor spool had room.
        public var dropped = 0
    }

    /// The batches that wait now.
    public var backlog: Backlog {
        state.withLock { state in
            let pointsInMemory = state.memory.reduce(0) { $0 + $1.batch.points }
            return Backlog(
                points: pointsInMemory + (state.spool?.points ?? 0),
                pointsInMemory: pointsInMemory,
                batchesInMemory: state.memory.count,
                bytesInMemory: state.memoryBytes,
                batchesOnDisk: state.spool?.count ?? 0,
                bytesOnDisk: state.spool?.bytes ?? 0,
                dropped: state.dropped + (state.spool?.dropped ?? 0)
            )
        }
    }

    /// True when nothing waits, neither in memory nor on disk.
    public var isEmpty: Bool { state.withLock { $0.memory.isEmpty && ($0.spool?.count ?? 0) == 0 } }
}

/// Batches that survive the process, each under a number, which only grows.
///
/// Those of an earlier process have numbers below zero, so that the place can be opened late. The outbox calls it under
/// its lock: one at a time.
public protocol BatchStore: Sendable {
    /// Stores a batch durably.
    ///
    /// - Throws: `DiskError` of the disk; with the code `EMSGSIZE`, this very batch can never be stored.
    func append(_ batch: Batch, as number: Int) throws(DiskError)
    /// The oldest batches in a number of bytes, but at least one when there is one.
    ///
    /// - Parameters:
    ///   - bytes: the most that they have together.
    ///   - besides: numbers of batches to be left out.
    ///   - closed: destinations whose batches are left out.
    /// - Returns: batches with their numbers, the oldest first.
    func oldest(
        upTo bytes: Int,
        besides: Set<Int>,
        _ closed: Set<Batch.Destination>
    ) -> [(number: Int, batch: Batch)]
    /// Forgets batches; unknown numbers are passed over.
    func remove(_ numbers: Set<Int>)
    /// Lets another store have the place on disk.
    func close()
    /// Batches that wait.
    var count: Int { get }
    /// Bytes on the disk.
    var bytes: Int { get }
    /// Points in the batches.
    var points: Int { get }
    /// Points lost for want of room, or because they could no longer be read.
    var dropped: Int { get }
}
