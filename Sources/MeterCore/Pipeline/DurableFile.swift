import Glibc

/// A file whose contents are on the disk when a call returns.
struct DurableFile: Sendable {
    let path: String

    init(_ path: String) { self.path = path }

    /// The folder that it is in.
    var folder: String { String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) }

    /// Writes bytes over what is there.
    ///
    /// - Parameters:
    ///   - bytes: what is written.
    ///   - offset: where.
    ///   - creating: make the file when it does not exist.
    /// - Throws: a sentence that says what to do.
    func write(_ bytes: [UInt8], at offset: Int, creating: Bool = false) throws(DiskError) {
        let file = open(path, O_WRONLY | O_CLOEXEC | (creating ? O_CREAT : 0), 0o640)
        guard file >= 0 else { throw DiskError(path, .open, errno) }
        defer { close(file) }
        if creating { giveToOwner(of: folder, file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, off_t(offset + rest.startIndex)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw DiskError(path, .write, errno) }
            rest = rest.dropFirst(count)
        }
        guard fdatasync(file) == 0 else { throw DiskError(path, .save, errno) }
    }

    /// Makes the name of a new file durable.
    func saveName() throws(DiskError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DiskError(path, .save, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw DiskError(path, .save, errno) }
    }

    /// Everything.
    func read() throws(DiskError) -> [UInt8] {
        var status = stat()
        guard stat(path, &status) == 0 else { throw DiskError(path, .open, errno) }
        return try read(Int(status.st_size), at: 0)
    }

    /// So many bytes from an offset on, fewer at the end.
    func read(_ count: Int, at offset: Int) throws(DiskError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw DiskError(path, .open, errno) }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                buffer.baseAddress.map { pread(file, $0 + done, count - done, off_t(offset + done)) } ?? -1
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw DiskError(path, .read, errno) }
            if got == 0 { break }
            done += got
        }
        bytes.removeLast(count - done)
        return bytes
    }
}

/// Lets the owner of a folder have what the administrator makes in it: the service must be able to use that, too.
func giveToOwner(of folder: String, _ descriptor: CInt) {
    var status = stat()
    guard geteuid() == 0, stat(folder, &status) == 0 else { return }
    _ = fchown(descriptor, status.st_uid, status.st_gid)
}
