import Glibc
public import Logging
import Synchronization

/// Batches in files of one folder, oldest first, within a number of bytes.
///
/// A batch is on the disk before `append` returns. When the limit is reached the oldest file goes, and its points are
/// counted. What cannot be read is set aside under a name that ends in `.bad`.
public final class Spool: BatchStore {
    private struct State: ~Copyable {
        var segments: [SpoolSegment] = []
        var setAside: [(path: String, size: Int)] = []
        var nextSegment = 0
        var dropped = 0
        var alarm = Alarm()
        /// Keeps other programs out while it is open.
        var lock: CInt?

        var bytes: Int { segments.reduce(0) { $0 + $1.size } + setAside.reduce(0) { $0 + $1.size } }
        var count: Int { segments.reduce(0) { $0 + $1.records.count } }
    }

    /// The folder's path.
    public let directory: String
    private let folder: SpoolFolder
    private let limit: Int
    private let logger: Logger
    private let state: Mutex<State>

    /// Where the numbers of what an earlier run left begin.
    private static let firstNumber = -1 << 40

    /// Opens a folder and finds what waits in it, with numbers below zero.
    ///
    /// Damage never keeps the spool from opening.
    ///
    /// - Parameters:
    ///   - directory: made when it is not there.
    ///   - limit: bytes that the files may take together.
    ///   - logger: hears what had to be set aside.
    /// - Throws: a sentence when the folder cannot be made or read, or when another program uses it.
    public init(directory: String, limit: Int, logger: Logger) throws(BatchStoreError) {
        self.directory = directory
        self.limit = limit
        self.logger = logger
        folder = try SpoolFolder(making: directory)
        var initial = State(lock: try folder.lock())
        for (number, path) in try folder.segments() {
            initial.nextSegment = max(initial.nextSegment, number + 1)
            do throws(BatchStoreError) {
                let segment = try SpoolSegment(reading: path, from: Self.firstNumber + initial.count)
                for damage in segment.damage { keep(damage, of: path, logger) }
                try segment.mend()
                if segment.records.isEmpty { unlink(path) } else { initial.segments.append(segment) }
            } catch {
                rename(path, path + SpoolFolder.badSuffix)
                logger.error("A file of the spool is set aside", metadata: ["reason": "\(error)"])
            }
        }
        initial.setAside = try folder.setAside()
        state = Mutex(initial)
    }

    /// Tries whether no other program uses a folder.
    ///
    /// - Throws: a sentence when one does.
    public static func checkIsFree(_ directory: String) throws(BatchStoreError) {
        let folder = SpoolFolder(directory)
        if folder.exists { Glibc.close(try folder.lock()) }
    }

    deinit { close() }

    public func close() {
        state.withLock { state in
            if let lock = state.lock { Glibc.close(lock) }
            state.lock = nil
        }
    }

    public func append(_ batch: Batch, as number: Int) throws(BatchStoreError) {
        let record = SpoolRecord.encode(batch)
        let trouble = state.withLock { state -> BatchStoreError? in
            guard state.lock != nil else { return BatchStoreError("the spool folder \(directory) is closed") }
            do throws(BatchStoreError) {
                if !(state.segments.last?.hasRoom(for: record.count) ?? false) {
                    try addSegment(for: record.count, in: &state)
                }
                try state.segments[state.segments.count - 1].append(record, of: batch, number: number)
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
            var found: [(Int, Batch)] = []
            var left = bytes
            for index in state.segments.indices {
                do throws(BatchStoreError) {
                    for record in state.segments[index].records
                    where !taken.contains(record.number) && !closed.contains(record.destination) {
                        guard found.isEmpty || record.length <= left else { return found }
                        let bytes = try state.segments[index].read(record)
                        guard let batch = SpoolRecord.decode(bytes, at: 0)?.batch else {
                            keep(bytes, of: state.segments[index].path, logger)
                            state.segments[index].records.removeAll { $0.number == record.number }
                            state.dropped += record.points
                            continue
                        }
                        left -= record.length
                        found.append((record.number, batch))
                    }
                } catch {
                    // It stays: the disk may be well again later.
                    guard state.alarm.raise(error.description) != nil else { continue }
                    logger.error("A file of the spool cannot be read now", metadata: ["reason": "\(error)"])
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
                unlink(segment.path)
                return true
            }
        }
    }

    public var count: Int { state.withLock { $0.count } }
    public var points: Int {
        state.withLock { $0.segments.reduce(0) { $0 + $1.records.reduce(0) { $0 + $1.points } } }
    }
    public var bytes: Int { state.withLock { $0.bytes } }
    public var dropped: Int { state.withLock { $0.dropped } }

    /// Makes the file for the next records: small at first, larger the more waits already.
    private func addSegment(for count: Int, in state: inout State) throws(BatchStoreError) {
        let usual = min(max(state.bytes / 4, 64 << 10), 1 << 20, limit / 8)
        let size = max(usual, count)
        guard size <= limit else {
            throw BatchStoreError("a batch of \(count) bytes is larger than the spool's limit of \(limit)")
        }
        while state.bytes + size > limit {
            if let bad = state.setAside.first {
                unlink(bad.path)
                state.setAside.removeFirst()
            } else {
                let oldest = state.segments.removeFirst()
                unlink(oldest.path)
                state.dropped += oldest.records.reduce(0) { $0 + $1.points }
            }
        }
        let path = folder.segment(state.nextSegment)
        state.segments.append(try SpoolSegment(making: path, size: size))
        state.nextSegment += 1
    }
}

/// Keeps a stretch of a segment that is no record.
private func keep(_ damage: [UInt8], of path: String, _ logger: Logger) {
    let copy = path + SpoolFolder.badSuffix
    let file = open(copy, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    let written = damage.withUnsafeBytes { file < 0 ? -1 : write(file, $0.baseAddress, $0.count) }
    if file >= 0 { close(file) }
    logger.error(
        "A part of the spool is damaged, as by a power cut; the rest goes on",
        metadata: ["bytes": "\(damage.count)", written == damage.count ? "set aside in" : "lost from": "\(copy)"]
    )
}
