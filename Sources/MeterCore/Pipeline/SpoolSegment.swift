import Glibc

/// One file of the spool: records in the order in which they were written.
struct SpoolSegment {
    let path: String
    /// The bytes of the file.
    private(set) var size = 0
    /// Where each record that still waits stands, and its points.
    private(set) var records: [(offset: Int, length: Int, points: Int)] = []
    /// How many stretches of the file could not be read as records.
    private(set) var damaged = 0

    /// A new, empty segment; the file is made by the first record.
    init(path: String) { self.path = path }

    /// Reads a file that an earlier run left.
    ///
    /// A torn tail is cut off; damage in the middle is passed over and counted.
    init(reading path: String) throws(BatchStoreError) {
        self.path = path
        let bytes = try Self.read(path)
        size = bytes.count
        var offset = 0
        while offset < bytes.count {
            switch SpoolRecord.decode(bytes, at: offset) {
            case .record(let batch, let end):
                records.append((offset, end - offset, batch.points))
                offset = end
            case .damage(let next?):
                damaged += 1
                offset = next
            case .damage(nil):
                damaged += 1
                if truncate(path, offset) == 0 { size = offset }
                offset = bytes.count
            }
        }
    }

    /// Adds a record; it is on the disk when this returns.
    mutating func append(_ batch: Batch) throws(BatchStoreError) {
        let record = SpoolRecord.encode(batch)
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw Self.failure("open", path) }
        defer { close(file) }
        var written = 0
        while written < record.count {
            let count = record.withUnsafeBytes { bytes in
                bytes.baseAddress.map { pwrite(file, $0 + written, record.count - written, off_t(size + written)) }
                    ?? -1
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = Self.failure("write to", path)
                _ = ftruncate(file, off_t(size))
                throw error
            }
            written += count
        }
        guard fdatasync(file) == 0 else {
            let error = Self.failure("save", path)
            _ = ftruncate(file, off_t(size))
            throw error
        }
        records.append((size, record.count, batch.points))
        size += record.count
    }

    /// The oldest record, or `nil` when it cannot be read any more.
    func readFirst() -> Batch? {
        guard let first = records.first else { return nil }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: first.length)
        let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, off_t(first.offset)) }
        guard count == first.length, case .record(let batch, _) = SpoolRecord.decode(bytes, at: 0) else { return nil }
        return batch
    }

    mutating func removeFirst() { records.removeFirst() }

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
            case ENOSPC: "; free some space, the readings wait in memory until then"
            case EROFS, EIO: "; the SD card may be worn out, the readings wait in memory"
            case EACCES, EPERM: "; the user that runs boxenergie must be allowed to write there"
            default: ""
            }
        return BatchStoreError("cannot \(verb) \(path): \(String(cString: strerror(code)))\(advice)")
    }
}
