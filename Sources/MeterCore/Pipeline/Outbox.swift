import Glibc
import Synchronization

/// Batches on their way to one server: older ones in the spool, newer ones in memory.
///
/// Intake and delivery work on it at the same time. A batch stays until it was delivered; each has a number, so that
/// removing it is exact even when it was spooled or evicted in the meantime.
///
/// All work on the disk is done by a thread of its own, and nobody waits for it who does not say so: while the disk is
/// stuck, what is in memory goes its way.
public final class Outbox: Sendable {
    private struct State: ~Copyable {
        var memory: [Entry] = []
        var memoryBytes = 0
        var next = 0
        var lost = LostPoints()
        var lastWasOld = false
        /// Batches of the spool that were read beforehand, the oldest first.
        var ahead: [Entry] = []
        var isReading = false
        /// The last look at the spool, when that found nothing to take.
        var vainLook: VainLook?
        /// Numbers that are to be removed from the spool.
        var removed: Set<Int> = []
        /// The spool as its thread left it.
        var disk = DiskCount()
        var isClosed = false
        /// True until it was tried to open the spool.
        var isOpening: Bool
        /// Called when the spool was read.
        var onRead: @Sendable () -> Void = {}

        init(isOpening: Bool) { self.isOpening = isOpening }

        /// True when the spool may have others than these batches and those for these destinations.
        func mayHave(besides taken: Set<Int>, _ closed: Set<Batch.Destination>, at now: Uptime) -> Bool {
            if isOpening { return true }
            guard disk.batches > 0, !isClosed else { return false }
            return vainLook.map { !$0.holds(for: taken, closed, at: now) } ?? true
        }
    }

    /// The answer to who wants to deliver.
    public enum Next: Sendable {
        case load(Load)
        /// It is still being read from the disk: `whenRead` says when it was.
        case isRead
        /// Nothing waits.
        case nothing

        /// The load; `nil` when there is none now.
        public var load: Load? { if case .load(let load) = self { load } else { nil } }
    }

    /// A batch and its number.
    typealias Entry = (number: Int, batch: Batch)

    /// What waits on the disk.
    private struct DiskCount {
        var isOpen = false
        var batches = 0
        var points = 0
        var bytes = 0
        var lost = LostPoints()
        var isApart = false
    }

    private let state: Mutex<State>
    /// The spool; only its thread takes the lock.
    private let spool = Mutex<(any BatchStore)?>(nil)
    private let openSpool: (@Sendable () throws(DiskError) -> any BatchStore)?
    private let thread: DiskThread
    private let memoryLimit: Int
    private let keepsOrder: Bool

    /// The most bytes of one load, unless one batch alone has more.
    private static let largestLoad = Batcher.largestBatch

    /// Makes the way to one server; nothing of the disk is touched yet.
    ///
    /// - Parameters:
    ///   - memoryLimit: bytes kept in memory; beyond it the sources that have most lose their oldest points.
    ///   - keepsOrder: true where memory waits until the spool is empty.
    ///   - openSpool: opens the place on disk where batches wait, or `nil` to keep them in memory only. What it already
    ///     holds goes first. Where it fails, batches stay in memory and it is tried again each time they should not.
    public init(
        memoryLimit: Int = 16 << 20,
        keepsOrder: Bool = false,
        spool openSpool: (@Sendable () throws(DiskError) -> any BatchStore)?
    ) {
        self.openSpool = openSpool
        self.memoryLimit = memoryLimit
        self.keepsOrder = keepsOrder
        thread = DiskThread(name: "spool")
        state = Mutex(State(isOpening: openSpool != nil))
    }

    /// True when batches should wait on disk and cannot.
    var lacksSpool: Bool { openSpool != nil && state.withLock { !$0.isOpening && !$0.disk.isOpen } }

    /// True when the spool is on another disk than the system.
    var hasSpoolApart: Bool { state.withLock { $0.disk.isApart } }

    /// The time for which the disk has not answered when that is longer than it may be; `nil` while it is well.
    public func diskIsStuck(at now: Uptime = .now) -> Duration? { thread.stuck(at: now) }

    /// Calls somebody, on another thread, each time that the spool was read.
    func whenRead(_ call: @escaping @Sendable () -> Void) { state.withLock { $0.onRead = call } }

    /// Puts a batch last in line.
    public func append(_ batch: Batch) {
        state.withLock { state in
            state.memory.append((state.next, batch))
            state.next += 1
            state.memoryBytes += batch.lines.count
            guard state.memoryBytes > memoryLimit else { return }
            let excess = state.memoryBytes - memoryLimit
            state.lost.add(state.memory.giveUp(excess + memoryLimit / 8, from: \.batch))
            state.memoryBytes = state.memory.reduce(0) { $0 + $1.batch.lines.count }
        }
    }

    /// True when it is the turn of what waits on disk.
    private func isOldNext(_ state: borrowing State) -> Bool { keepsOrder || !state.lastWasOld }

    /// The next load to deliver, which stays until it is removed.
    ///
    /// Loads from the spool and from memory take turns, each oldest first: a long backlog does not keep a household
    /// from seeing what happens now. What is left of the spool and what is in memory go together where both have room in
    /// one. Where the order is kept, memory waits for the spool. What the spool has is read beforehand.
    ///
    /// - Parameters:
    ///   - current: one that is being delivered, to be left out.
    ///   - closed: destinations that take nothing now.
    ///   - now: the time.
    /// - Returns: a load, or the reason for which there is none.
    public func next(
        after current: Load? = nil,
        besides closed: Set<Batch.Destination> = [],
        at now: Uptime = .now
    ) -> Next {
        let taken = current?.numbers ?? []
        // A stuck disk is not waited for.
        let isWell = thread.stuck() == nil
        let (next, known, mustRead) = state.withLock { state -> (Next, Set<Int>, Bool) in
            func isFree(_ entry: Entry) -> Bool {
                !taken.contains(entry.number) && !closed.contains(entry.batch.destination)
            }
            let old = state.ahead.filter(isFree)
            let new = state.memory.lazy.filter(isFree)
            let mayCome = old.isEmpty && state.mayHave(besides: taken, closed, at: now)
            if mayCome, isWell, isOldNext(state) || new.isEmpty {
                defer { state.isReading = true }
                return (.isRead, taken, !state.isReading)
            }
            let takesOld = !old.isEmpty && (isOldNext(state) || new.isEmpty)
            let isAllOld = takesOld && old.count == state.disk.batches
            let others = takesOld && !isAllOld ? [] : Self.first(new, after: takesOld ? old : [])
            let load = Load((takesOld ? old : []) + others)
            if takesOld { state.ahead.removeAll(where: isFree) }
            state.lastWasOld = takesOld && !isAllOld
            // Meanwhile it reads what comes after.
            let known = taken.union(load.numbers)
            let mayFollow = (takesOld || old.isEmpty) && state.mayHave(besides: known, closed, at: now)
            let mustRead = mayFollow && !state.isReading
            if mustRead { state.isReading = true }
            return (load.parts.isEmpty ? .nothing : .load(load), known, mustRead)
        }
        if mustRead { readAhead(besides: known, closed, at: now) }
        return next
    }

    /// The first entries that have room in a load, after others; one alone always has.
    private static func first(_ entries: some Sequence<Entry>, after others: [Entry] = []) -> [Entry] {
        var left = largestLoad - others.reduce(0) { $0 + $1.batch.lines.count }
        var isAlone = others.isEmpty
        return Array(
            entries.prefix { entry in
                defer { (left, isAlone) = (left - entry.batch.lines.count, false) }
                return isAlone || entry.batch.lines.count <= left
            }
        )
    }

    /// Reads the next batches of the spool.
    private func readAhead(besides known: Set<Int>, _ closed: Set<Batch.Destination>, at now: Uptime) {
        thread.enqueue { [self] in
            removeFromSpool()
            let found = spool.withLock { $0?.oldest(upTo: Self.largestLoad, besides: known, closed) } ?? []
            noteDisk()
            let onRead = state.withLock { state in
                state.isReading = false
                state.vainLook = found.isEmpty ? VainLook(taken: known, closed: closed, time: now) : nil
                // What was delivered meanwhile is no longer wanted.
                state.ahead = found.filter { !state.removed.contains($0.number) }
                return state.onRead
            }
            onRead()
        }
    }

    /// Removes what was delivered.
    public func remove(_ numbers: Set<Int>) {
        guard !numbers.isEmpty else { return }
        let isNeeded = state.withLock { state in
            state.memory.removeAll { entry in
                guard numbers.contains(entry.number) else { return false }
                state.memoryBytes -= entry.batch.lines.count
                return true
            }
            state.ahead.removeAll { numbers.contains($0.number) }
            defer { state.removed.formUnion(numbers) }
            return state.removed.isEmpty && openSpool != nil
        }
        guard isNeeded else { return }
        thread.enqueue { [self] in
            removeFromSpool()
            noteDisk()
        }
    }

    /// Removes from the spool what was delivered since it was last done; on its thread.
    private func removeFromSpool() {
        let removed = state.withLock { $0.removed }
        guard !removed.isEmpty else { return }
        spool.withLock { $0?.remove(removed) }
        state.withLock { $0.removed.subtract(removed) }
    }

    /// Moves what is in memory to the spool, in order, and opens that first if need be.
    ///
    /// - Parameter destinations: only what is for these, or `nil` for all.
    /// - Returns: the reason for which something had to stay in memory, if so.
    @discardableResult
    public func persist(only destinations: Set<Batch.Destination>? = nil) async -> String? {
        guard openSpool != nil else { return nil }
        let outcome = await thread.run { [self] in move(only: destinations) }
        guard let outcome else { return "the disk does not answer" }
        return outcome
    }

    /// Moves batches to the spool, besides those that it can never take; on its thread.
    private func move(only destinations: Set<Batch.Destination>?) -> String? {
        guard !state.withLock({ $0.isClosed }) else { return "another output has the spool by now" }
        defer {
            noteDisk()
            state.withLock { $0.isOpening = false }
        }
        removeFromSpool()
        do throws(DiskError) {
            try open()
            var trouble: String?
            let waiting = state.withLock { $0.memory.map { ($0.number, $0.batch.destination) } }
            for (number, destination) in waiting where destinations?.contains(destination) ?? true {
                do throws(DiskError) {
                    try store(number)
                } catch {
                    guard error.code == EMSGSIZE else { throw error }
                    trouble = error.description
                }
            }
            return trouble
        } catch {
            return error.description
        }
    }

    private func open() throws(DiskError) {
        guard let openSpool, spool.withLock({ $0 == nil }) else { return }
        let opened = try openSpool()
        spool.withLock { $0 = opened }
        // It may hold what an earlier run left, which nobody could see before.
        state.withLock { $0.vainLook = nil }
    }

    /// Moves a batch to the spool, unless it is gone by now.
    private func store(_ number: Int) throws(DiskError) {
        guard let batch = state.withLock({ $0.memory.first { $0.number == number }?.batch }),
            let spool = spool.withLock({ $0 })
        else { return }
        try spool.append(batch, as: number)
        state.withLock { state in
            state.vainLook = nil
            // One that was delivered meanwhile is among the removed.
            guard let place = state.memory.firstIndex(where: { $0.number == number }) else { return }
            // It may have given up lines meanwhile.
            state.memoryBytes -= state.memory.remove(at: place).batch.lines.count
        }
    }

    /// Notes what the spool has; on its thread.
    private func noteDisk() {
        let count = spool.withLock { spool -> DiskCount in
            guard let spool else { return DiskCount() }
            return DiskCount(
                isOpen: true,
                batches: spool.count,
                points: spool.points,
                bytes: spool.bytes,
                lost: spool.lost,
                isApart: spool.isApart
            )
        }
        state.withLock { $0.disk = count }
    }

    /// Lets another outbox have the spool; nothing can be put on disk here from now on.
    func close() async {
        state.withLock { $0.isClosed = true }
        _ = await thread.run { [self] in
            removeFromSpool()
            spool.withLock { $0?.close() }
            noteDisk()
        }
    }

    /// Does something else on the disk after what was asked for before, and does not wait for it.
    func onDisk(_ work: @escaping @Sendable () -> Void) { thread.enqueue(work) }

    /// Does something else on the disk, and waits for it unless the disk is stuck.
    func finishOnDisk(_ work: @escaping @Sendable () -> Void) async {
        if thread.stuck() == nil { _ = await thread.run(work) } else { thread.enqueue(work) }
    }

    /// Waits for the disk no longer after some time: whoever does then goes on without it.
    func giveUpDisk(after time: Duration) { thread.giveUp(after: time) }

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
        public var lost = LostPoints()
    }

    /// The batches that wait now; those on the disk as they were when it last had work.
    public var backlog: Backlog {
        state.withLock { state in
            let pointsInMemory = state.memory.reduce(0) { $0 + $1.batch.points }
            var lost = state.lost
            lost.add(state.disk.lost)
            return Backlog(
                points: pointsInMemory + state.disk.points,
                pointsInMemory: pointsInMemory,
                batchesInMemory: state.memory.count,
                bytesInMemory: state.memoryBytes,
                batchesOnDisk: state.disk.batches,
                bytesOnDisk: state.disk.bytes,
                lost: lost
            )
        }
    }

    /// True when nothing waits, neither in memory nor on disk.
    public var isEmpty: Bool { state.withLock { $0.memory.isEmpty && $0.disk.batches == 0 } }
}
