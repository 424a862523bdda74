import Glibc

/// One file of the spool: records in the order in which they were written, then zeros.
///
/// The zeros are written when the file is made: a record that replaces some of them costs a quarter of what the card
/// has to write for one that makes the file longer.
struct SpoolSegment {
    /// A record that still waits.
    struct Record {
        var number: Int
        var offset: Int
        var length: Int
        var points: Int
    }

    let path: String
    /// The bytes of the file.
    let size: Int
    /// Where the next record goes.
    private(set) var end = 0
    /// Whether the disk refused a record: the next ones go elsewhere.
    private var isSick = false
    var records: [Record] = []
    /// The stretches of the file that are no records.
    private(set) var damage: [[UInt8]] = []
    private var hasTornTail = false

    /// Makes a file of zeros; it is on the disk when this returns.
    init(making path: String, size: Int) throws(BatchStoreError) {
        self.path = path
        self.size = size
        do throws(BatchStoreError) {
            try Self.write([UInt8](repeating: 0, count: size), to: path, at: 0)
            try Self.save(folderOf: path)
        } catch {
            unlink(path)
            throw error
        }
    }

    /// Reads a file that an earlier run left.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - number: that of its first record; the others follow.
    /// - Throws: a sentence when the file cannot be read.
    init(reading path: String, from number: Int = 0) throws(BatchStoreError) {
        self.path = path
        let bytes = try Self.read(path)
        size = bytes.count
        var offset = 0
        while offset < size, bytes[offset] != 0 {
            if let (batch, next) = SpoolRecord.decode(bytes, at: offset) {
                let number = number + records.count
                records.append(Record(number: number, offset: offset, length: next - offset, points: batch.points))
                offset = next
                end = next
            } else {
                let next = SpoolRecord.next(bytes, after: offset)
                let stretch = bytes[offset..<(next ?? size)]
                damage.append([UInt8](stretch[...(stretch.lastIndex { $0 != 0 } ?? offset)]))
                hasTornTail = next == nil
                offset = next ?? size
            }
        }
    }

    /// Makes room where a power cut tore the last record.
    func mend() throws(BatchStoreError) {
        guard hasTornTail else { return }
        try Self.write([UInt8](repeating: 0, count: size - end), to: path, at: end)
    }

    /// Whether a record of so many bytes still goes in.
    func hasRoom(for count: Int) -> Bool { !isSick && size - end >= count }

    /// Adds a record, for which there must be room; it is on the disk when this returns.
    mutating func append(_ record: [UInt8], number: Int, points: Int) throws(BatchStoreError) {
        do throws(BatchStoreError) {
            try Self.write(record, to: path, at: end)
        } catch {
            isSick = true
            throw error
        }
        records.append(Record(number: number, offset: end, length: record.count, points: points))
        end += record.count
    }

    /// A record's batch, or `nil` when it cannot be read any more.
    func read(_ record: Record) -> Batch? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: record.length)
        let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, off_t(record.offset)) }
        return count == record.length ? SpoolRecord.decode(bytes, at: 0)?.batch : nil
    }

    private static func write(_ bytes: [UInt8], to path: String, at offset: Int) throws(BatchStoreError) {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw failure("open", path) }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, off_t(offset + rest.startIndex)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write to", path) }
            rest = rest.dropFirst(count)
        }
        guard fdatasync(file) == 0 else { throw failure("save", path) }
    }

    /// Makes a new file's name durable.
    private static func save(folderOf path: String) throws(BatchStoreError) {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("save", folder) }
    }

    private static func read(_ path: String) throws(BatchStoreError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("open", path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure("read", path) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                buffer.baseAddress.map { Glibc.read(file, $0 + done, buffer.count - done) } ?? -1
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { break }
            done += count
        }
        bytes.removeLast(bytes.count - done)
        return bytes
    }

    private static func failure(_ verb: String, _ path: String) -> BatchStoreError {
        let code = errno
        let advice =
            switch code {
            case ENOSPC, EDQUOT: "; free some space, the readings wait in memory until then"
            case EROFS, EIO: "; the SD card may be worn out, the readings wait in memory"
            case EACCES, EPERM: "; the user that runs boxenergie must be allowed to write there"
            default: ""
            }
        return BatchStoreError("cannot \(verb) \(path): \(String(cString: strerror(code)))\(advice)")
    }
}
