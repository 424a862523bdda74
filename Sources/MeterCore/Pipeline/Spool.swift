import Glibc
import Synchronization

/// Batches in plain files of one folder, first in first out, within a number of bytes.
///
/// Each batch is a record with a checksum in a file of line protocol; a record is on the disk before `append` returns.
/// When the limit is reached the oldest file goes, and its points are counted.
public final class Spool: BatchStore {
    private struct State: ~Copyable {
        var segments: [SpoolSegment] = []
        var nextSegment = 0
        var dropped = 0
    }

    /// The folder.
    public let directory: String
    private let limit: Int
    private let segmentSize: Int
    /// Held while the folder is ours: two programs that append to it would spoil it.
    private let lock: CInt
    private let state: Mutex<State>

    /// Opens a folder and finds what waits in it.
    ///
    /// Damage never keeps the spool from opening.
    ///
    /// - Parameters:
    ///   - directory: made when it is not there.
    ///   - limit: bytes that the files may take together.
    /// - Throws: a sentence when the folder cannot be made or read, or when another program uses it.
    public init(directory: String, limit: Int) throws(BatchStoreError) {
        self.directory = directory
        self.limit = limit
        segmentSize = max(min(1 << 20, limit / 8), 4 << 10)
        var initial = State()
        try Self.makeDirectory(directory)
        lock = try Self.lock(directory)
        for name in try Self.list(directory) {
            guard let number = Self.number(name) else { continue }
            initial.nextSegment = max(initial.nextSegment, number + 1)
            guard let segment = try? SpoolSegment(reading: "\(directory)/\(name)") else {
                initial.dropped += 1
                continue
            }
            initial.dropped += segment.damaged
            if segment.records.isEmpty { unlink(segment.path) } else { initial.segments.append(segment) }
        }
        state = Mutex(initial)
    }

    deinit { close(lock) }

    public func append(_ batch: Batch) -> Result<Int, BatchStoreError> {
        state.withLock { state in
            if state.segments.last.map({ $0.size >= segmentSize }) ?? true {
                state.segments.append(SpoolSegment(path: path(state.nextSegment)))
                state.nextSegment += 1
            }
            do throws(BatchStoreError) {
                try state.segments[state.segments.count - 1].append(batch)
            } catch {
                return .failure(error)
            }
            var evicted = 0
            while state.segments.reduce(0, { $0 + $1.size }) > limit, state.segments.count > 1 {
                let oldest = state.segments.removeFirst()
                evicted += oldest.records.count
                state.dropped += oldest.records.reduce(0) { $0 + $1.points }
                unlink(oldest.path)
            }
            return .success(evicted)
        }
    }

    public var first: Batch? {
        state.withLock { state in
            while let segment = state.segments.first {
                if let batch = segment.readFirst() { return batch }
                if let lost = segment.records.first { state.dropped += lost.points }
                removeFirst(in: &state)
            }
            return nil
        }
    }

    public func removeFirst() {
        state.withLock { removeFirst(in: &$0) }
    }

    public var count: Int { state.withLock { $0.segments.reduce(0) { $0 + $1.records.count } } }
    public var bytes: Int { state.withLock { $0.segments.reduce(0) { $0 + $1.size } } }
    public var dropped: Int { state.withLock { $0.dropped } }

    private func removeFirst(in state: inout State) {
        guard !state.segments.isEmpty else { return }
        if !state.segments[0].records.isEmpty { state.segments[0].removeFirst() }
        if state.segments[0].records.isEmpty { unlink(state.segments.removeFirst().path) }
    }

    private static let suffix = ".spool"

    /// The number in a name that `path` made; anything else in the folder is not ours.
    private static func number(_ name: String) -> Int? {
        let digits = name.dropLast(suffix.count)
        return digits.count == 10 && digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
    }

    private func path(_ number: Int) -> String {
        let digits = String(number)
        return "\(directory)/" + String(repeating: "0", count: max(0, 10 - digits.count)) + digits + Self.suffix
    }

    private static func makeDirectory(_ path: String) throws(BatchStoreError) {
        for (index, character) in path.utf8.enumerated().dropFirst() where character == UInt8(ascii: "/") {
            mkdir(String(decoding: path.utf8.prefix(index), as: UTF8.self), 0o755)
        }
        guard mkdir(path, 0o750) == 0 || errno == EEXIST else {
            throw BatchStoreError("cannot make the spool folder \(path): \(String(cString: strerror(errno)))")
        }
    }

    private static func lock(_ directory: String) throws(BatchStoreError) -> CInt {
        let path = directory + "/lock"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard file >= 0 else {
            throw BatchStoreError("cannot write in the spool folder \(directory): \(String(cString: strerror(errno)))")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw BatchStoreError("another boxenergie uses the spool folder \(directory)")
        }
        return file
    }

    private static func list(_ path: String) throws(BatchStoreError) -> [String] {
        guard let folder = opendir(path) else {
            throw BatchStoreError("cannot read the spool folder \(path): \(String(cString: strerror(errno)))")
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(suffix) { names.append(name) }
        }
        return names.sorted()
    }
}
