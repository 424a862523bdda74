public import Glibc

/// An open file or folder, closed when it goes out of use.
public struct OpenFile: ~Copyable, Sendable {
    /// The purpose of opening it.
    public struct Use: OptionSet, Sendable {
        /// The flags of `open(2)`.
        public let rawValue: CInt

        public init(rawValue: CInt) { self.rawValue = rawValue }

        /// Only read.
        public static let reading = Use(rawValue: O_RDONLY)
        /// Only written; it must be there.
        public static let writing = Use(rawValue: O_WRONLY)
        /// Read and written.
        public static let both = Use(rawValue: O_RDWR)
        /// Made when it is not there.
        public static let creating = Use(rawValue: O_CREAT)
        /// Made, and an error when it is there.
        public static let creatingAnew = Use(rawValue: O_CREAT | O_EXCL)
        /// Emptied first.
        public static let replacing = Use(rawValue: O_CREAT | O_TRUNC)
        /// Everything is written at the end.
        public static let appending = Use(rawValue: O_CREAT | O_APPEND)
        /// Nothing waits: not for the other end of a pipe, nor for a line to be connected.
        public static let withoutWaiting = Use(rawValue: O_NONBLOCK)
        /// A link is an error (`ELOOP`).
        public static let withoutLinks = Use(rawValue: O_NOFOLLOW)
        /// Anything but a folder is an error (`ENOTDIR`).
        public static let folder = Use(rawValue: O_DIRECTORY)
    }

    /// The name in messages.
    public let path: String
    /// The system's number of the open file.
    public let descriptor: CInt
    /// True when others go on using the descriptor, so that it stays open.
    private let isShared: Bool

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - use: the purpose of opening it.
    ///   - mode: the permissions of a file that is made, less the process's mask.
    /// - Throws: `DiskError` with the `errno` of `open`.
    public init(_ path: String, _ use: Use, mode: mode_t = 0o640) throws(DiskError) {
        let (opened, code) = FileName.withPath(path) { path in
            retryingInterrupts { Int(Glibc.open(path, use.rawValue | O_CLOEXEC | O_NOCTTY, mode)) }
        }
        guard opened >= 0 else { throw DiskError(path, .open, code) }
        self.init(descriptor: CInt(opened), name: path)
    }

    /// Opens a file in a folder that may be another user's: root does it with that user's rights and follows no link.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - use: the purpose of opening it.
    ///   - mode: the permissions of a file that is made, less the process's mask.
    /// - Throws: `DiskError` with the `errno` of `open`.
    public init(ofOwner path: String, _ use: Use, mode: mode_t = 0o640) throws(DiskError) {
        let rights = try OwnerRights(at: path)
        defer { rights.giveBack() }
        try self.init(path, rights.areAnothers ? use.union(.withoutLinks) : use, mode: mode)
    }

    /// Takes over a descriptor, such as that of a socket.
    ///
    /// - Parameters:
    ///   - descriptor: of something that is open.
    ///   - name: its name in messages.
    ///   - isShared: it stays open, as standard input does.
    public init(descriptor: CInt, name: String, isShared: Bool = false) {
        path = name
        self.descriptor = descriptor
        self.isShared = isShared
    }

    deinit { if !isShared { close(descriptor) } }

    // MARK: - Reading

    /// The next bytes: as many as asked for, fewer at the end only.
    public func read(_ count: Int) throws(DiskError) -> [UInt8] {
        try fill(count) { Glibc.read(descriptor, $0, $1) }
    }

    /// A number of bytes from an offset on, fewer at the end only.
    public func read(_ count: Int, at offset: Int) throws(DiskError) -> [UInt8] {
        var done = 0
        return try fill(count) { place, room in
            let got = pread(descriptor, place, room, off_t(offset + done))
            done += max(0, got)
            return got
        }
    }

    /// Everything until the end, or as much as is asked for.
    ///
    /// - Throws: `DiskError` of the first read that fails.
    public func readAll(atMost limit: Int = .max) throws(DiskError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let more = try read(min(64 << 10, limit - bytes.count))
            if more.isEmpty { break }
            bytes += more
        }
        return bytes
    }

    private func fill(
        _ count: Int,
        _ take: (UnsafeMutableRawPointer, Int) -> Int
    ) throws(DiskError) -> [UInt8] {
        var problem: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
            while filled < count, let start = buffer.baseAddress {
                let (got, code) = retryingInterrupts { take(start + filled, count - filled) }
                problem = code
                guard got > 0 else { return }
                filled += got
            }
        }
        guard problem == 0 else { throw DiskError(path, .read, problem) }
        return bytes
    }

    // MARK: - Writing

    /// Writes all bytes where the last ones ended.
    ///
    /// - Throws: `DiskError`; some of the bytes may be written.
    public func write(_ bytes: [UInt8]) throws(DiskError) {
        try drain(bytes) { place, count, _ in Glibc.write(descriptor, place, count) }
    }

    /// Writes all bytes over what is there.
    public func write(_ bytes: [UInt8], at offset: Int) throws(DiskError) {
        try drain(bytes) { place, count, done in pwrite(descriptor, place, count, off_t(offset + done)) }
    }

    private func drain(
        _ bytes: [UInt8],
        _ put: (UnsafeRawPointer, Int, _ done: Int) -> Int
    ) throws(DiskError) {
        var done = 0
        while done < bytes.count {
            let (count, code) = bytes.withUnsafeBytes { buffer in
                buffer.baseAddress.map { start in
                    retryingInterrupts { put(start + done, buffer.count - done, done) }
                } ?? (0, 0)
            }
            guard count > 0 else { throw DiskError(path, .write, code) }
            done += count
        }
    }

    /// Waits until the disk has everything: what was written, its size and times, a folder's names.
    ///
    /// - Throws: `DiskError`; nothing that was written since the last save is sure then.
    public func save() throws(DiskError) {
        guard fsync(descriptor) == 0 else { throw DiskError(path, .save, errno) }
    }

    /// Waits until the disk has the bytes that were written; its times may be older.
    public func saveContents() throws(DiskError) {
        guard fdatasync(descriptor) == 0 else { throw DiskError(path, .save, errno) }
    }

    /// Cuts it, as well as that is possible.
    func cut(to size: Int) { _ = ftruncate(descriptor, off_t(size)) }

    // MARK: - What is known of it

    /// The size, kind and owner of the open file.
    public func status() throws(DiskError) -> FileStatus {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw DiskError(path, .read, errno) }
        return FileStatus(status)
    }

    /// Gives it the owner, the group and the permissions of another one.
    func give(as other: FileStatus) throws(DiskError) {
        let now = try status()
        let isTheirs = (now.user, now.group) == (other.user, other.group)
        guard isTheirs || fchown(descriptor, other.user, other.group) == 0, fchmod(descriptor, other.mode) == 0 else {
            throw DiskError(path, .change, errno)
        }
    }

    /// Keeps other programs out until it is closed.
    ///
    /// - Throws: `EWOULDBLOCK` when another one has it.
    public func lock() throws(DiskError) {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw DiskError(path, .lock, errno) }
    }
}
