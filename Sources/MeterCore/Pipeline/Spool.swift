import Glibc
public import Logging
import Synchronization

/// Batches in files of one folder, oldest first, within a number of bytes.
///
/// A batch is on the disk before `append` returns. When the limit is reached, the sources that have most lose their oldest
/// points, which are counted (see `Spool+Room.swift`). Damage is set aside under a name that ends in `.bad`; a file that
/// cannot be read for the moment stays.
public final class Spool: BatchStore {
    struct State: ~Copyable {
        var segments: [SpoolSegment] = []
        /// Files that could not be read.
        var unread: [(number: Int, path: String, size: Int)] = []
        var triedToReadAt = Uptime.now
        var setAside: [(path: String, size: Int)] = []
        var nextSegment = 0
        /// The number of the next batch that an earlier run left.
        var nextOld = Spool.firstNumber
        var lost = LostPoints()
        var alarm = Alarm()
        /// Keeps other programs out while it is open.
        var lock: OpenFile?

        var bytes: Int {
            segments.reduce(0) { $0 + $1.size } + unread.reduce(0) { $0 + $1.size }
                + setAside.reduce(0) { $0 + $1.size }
        }
        /// Batches; a file that cannot be read counts as one.
        var count: Int { segments.reduce(0) { $0 + $1.records.count } + unread.count }
    }

    /// The folder's path.
    public let directory: String
    public let isApart: Bool
    let limit: Int
    let logger: Logger
    private let state: Mutex<State>

    /// The first number of the batches that an earlier run left.
    private static let firstNumber = -1 << 40

    /// Opens a folder and finds what waits in it, with numbers below zero.
    ///
    /// Damage never keeps the spool from opening.
    ///
    /// - Parameters:
    ///   - directory: made when it is not there.
    ///   - limit: bytes that the files may take together.
    ///   - logger: hears what had to be set aside.
    /// - Throws: `DiskError` when the folder cannot be made or read, or when another program uses it.
    public init(directory: String, limit: Int, logger: Logger) throws(DiskError) {
        self.directory = directory
        self.limit = limit
        self.logger = logger
        let folder = try SpoolFolder(making: directory)
        let system = BlockDevice(of: "/")
        isApart = BlockDevice(of: directory).flatMap { own in system.map(own.isApart) } ?? false
        var initial = State(lock: try folder.lock())
        initial.setAside = try folder.setAside()
        try folder.removeUnfinished()
        for (number, path) in try folder.segments() { Self.read(path, number, into: &initial, logger) }
        state = Mutex(initial)
    }

    /// Tries whether no other program uses a folder.
    ///
    /// - Throws: `DiskError` when one does.
    public static func checkIsFree(_ directory: String) throws(DiskError) {
        let folder = SpoolFolder(directory)
        if folder.exists { _ = try folder.lock() }
    }

    deinit { close() }

    public func close() {
        state.withLock { $0.lock = nil }
    }

    public func append(_ batch: Batch, as number: Int) throws(DiskError) {
        let record = SpoolRecord.encode(batch)
        let trouble = state.withLock { state -> DiskError? in
            guard state.lock != nil else { return DiskError(directory, .write, EBADF, reason: "it is closed") }
            do throws(DiskError) {
                do throws(DiskError) {
                    try put(record, of: batch, number, in: &state)
                } catch {
                    guard error.code == ENOENT else { throw error }
                    try remake(&state)
                    try put(record, of: batch, number, in: &state)
                }
                return nil
            } catch {
                return error
            }
        }
        if let trouble { throw trouble }
    }

    public func oldest(
        upTo bytes: Int,
        besides taken: Set<Int> = [],
        _ closed: Set<Batch.Destination> = []
    ) -> [(number: Int, batch: Batch)] {
        state.withLock { state in
            readWhatCouldNotBeRead(&state)
            var found: [(Int, Batch)] = []
            var left = bytes
            for index in state.segments.indices where left > 0 || found.isEmpty {
                let records = state.segments[index].records
                    .filter { !taken.contains($0.number) && !closed.contains($0.destination) }
                    .prefix { record in
                        let fits = record.length <= left || (found.isEmpty && left == bytes)
                        left = fits ? left - record.length : 0
                        return fits
                    }
                do throws(DiskError) {
                    for (record, batch) in try state.segments[index].read(records) {
                        if let batch {
                            found.append((record.number, batch))
                        } else {
                            try lose(record, in: index, &state)
                        }
                    }
                } catch {
                    Self.sayUnreadable(error, &state.alarm, logger)
                    // Otherwise it stays: the disk may be well again later.
                    if error.code == ENOENT { lose(&state.segments[index], in: &state.lost) }
                }
            }
            return found
        }
    }

    public func remove(_ numbers: Set<Int>) {
        guard !numbers.isEmpty else { return }
        state.withLock { state in
            for index in state.segments.indices {
                state.segments[index].records.removeAll { numbers.contains($0.number) }
            }
            state.segments.removeAll { segment in
                guard segment.records.isEmpty else { return false }
                try? DiskFile.remove(segment.path)
                return true
            }
        }
    }

    public var count: Int { state.withLock { $0.count } }
    public var points: Int { state.withLock { $0.segments.reduce(0) { $0 + $1.points } } }
    public var bytes: Int { state.withLock { $0.bytes } }
    public var lost: LostPoints { state.withLock { $0.lost } }

    // MARK: - Files

    /// Adds a record to the newest file, or to a new one when that is full.
    private func put(_ record: [UInt8], of batch: Batch, _ number: Int, in state: inout State) throws(DiskError) {
        if !(state.segments.last?.hasRoom(for: record.count) ?? false) { try addSegment(for: record.count, in: &state) }
        try state.segments[state.segments.count - 1].append(record, of: batch, number: number)
    }

    /// Makes the file for the next records: small at first, larger the more waits already.
    private func addSegment(for count: Int, in state: inout State) throws(DiskError) {
        let usual = min(max(state.bytes / 4, 64 << 10), 1 << 20, limit / 8)
        let size = max(usual, count)
        guard size <= limit else {
            let reason = "a batch of \(count) bytes is larger than the spool's limit of \(limit)"
            throw DiskError(directory, .write, EMSGSIZE, reason: reason)
        }
        while state.bytes + size > limit { try giveUp(in: &state) }
        let path = SpoolFolder(directory).segment(state.nextSegment)
        state.segments.append(try SpoolSegment(making: path, number: state.nextSegment, size: size))
        state.nextSegment += 1
    }

    /// Sets aside a record that rotted since it was written.
    private func lose(_ record: SpoolSegment.Record, in index: Int, _ state: inout State) throws(DiskError) {
        let segment = state.segments[index]
        let bytes = try segment.file.read(record.length, at: record.offset)
        let damage = SpoolSegment.Damage(offset: record.offset, bytes: bytes[...], isTail: false)
        Self.setAside(damage, of: segment.path, in: &state, logger)
        state.segments[index].records.removeAll { $0.number == record.number }
        state.lost.add(record.points)
    }

    /// Goes on in a new folder when somebody removed the folder or files in it.
    private func remake(_ state: inout State) throws(DiskError) {
        for index in state.segments.indices where !DiskFile.isThere(state.segments[index].path) {
            lose(&state.segments[index], in: &state.lost)
        }
        state.segments.removeAll { $0.records.isEmpty }
        let folder = SpoolFolder(directory)
        guard !folder.exists else { return }
        state.lock = try SpoolFolder(making: directory).lock()
    }

    private func lose(_ segment: inout SpoolSegment, in lost: inout LostPoints) {
        lost.add(segment.points)
        logger.error(
            "A file of the spool was removed by somebody else",
            metadata: ["file": "\(segment.path)", "points lost": "\(segment.points)"]
        )
        segment.records = []
    }

    private static func read(_ path: String, _ number: Int, into state: inout State, _ logger: Logger) {
        state.nextSegment = max(state.nextSegment, number + 1)
        do throws(DiskError) {
            var segment = try SpoolSegment(reading: path, number: number, from: state.nextOld)
            for damage in segment.damage { setAside(damage, of: path, in: &state, logger) }
            state.nextOld += segment.records.count
            guard !segment.records.isEmpty else {
                try? DiskFile.remove(path)
                return
            }
            segment.mend()
            let place = state.segments.firstIndex { $0.number > number } ?? state.segments.count
            state.segments.insert(segment, at: place)
        } catch {
            state.unread.append((number, path, FileStatus(path)?.size ?? 0))
            sayUnreadable(error, &state.alarm, logger)
        }
    }

    /// Tries once a minute to read files that could not be read.
    private func readWhatCouldNotBeRead(_ state: inout State) {
        guard !state.unread.isEmpty, Uptime.now.seconds(since: state.triedToReadAt) > 60 else { return }
        state.triedToReadAt = .now
        let again = state.unread
        state.unread = []
        for (number, path, _) in again where DiskFile.isThere(path) {
            Self.read(path, number, into: &state, logger)
        }
    }

    private static func sayUnreadable(_ error: DiskError, _ alarm: inout Alarm, _ logger: Logger) {
        guard alarm.raise(error.description) != nil else { return }
        logger.error("A file of the spool cannot be read now", metadata: ["reason": "\(error)"])
    }

    /// Keeps a stretch of a file that is no record.
    private static func setAside(
        _ damage: SpoolSegment.Damage,
        of path: String,
        in state: inout State,
        _ logger: Logger
    ) {
        let copy = path + SpoolFolder.badSuffix
        let last: Int = damage.bytes.lastIndex { $0 != 0 } ?? damage.bytes.startIndex - 1
        let bytes = damage.bytes[..<(last + 1)]
        var isKept = bytes.isEmpty
        if !bytes.isEmpty {
            isKept = (try? DurableFile(copy).append([UInt8](bytes))) != nil
            state.setAside.removeAll { $0.path == copy }
            if let size = FileStatus(copy)?.size { state.setAside.append((copy, size)) }
        }
        logger.error(
            "A part of the spool is damaged, as by a power cut; the rest goes on",
            metadata: ["bytes": "\(damage.bytes.count)", isKept ? "set aside in" : "lost from": "\(copy)"]
        )
    }
}
