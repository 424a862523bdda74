public import Glibc

/// The system's knowledge of a file, had without opening it.
public struct FileStatus: Sendable, Hashable {
    /// The kind of thing at a path.
    public enum Kind: Sendable { case file, folder, link, device, other }

    /// The kind of thing that stands there.
    public let kind: Kind
    /// The length in bytes.
    public let size: Int
    /// The bytes that it takes on the disk.
    public let bytesOnDisk: Int64
    /// The permissions, as `chmod` writes them: `0o640`.
    public let mode: mode_t
    /// The number of the user who owns it.
    public let user: uid_t
    /// The number of the group that owns it.
    public let group: gid_t
    /// The time of the last change of its contents, in nanoseconds since 1970.
    public let modified: Int64
    /// Its number on its disk.
    public let inode: UInt64
    /// The disk that it is on.
    public let disk: dev_t
    /// The device that it stands for, where it is one.
    public let device: dev_t

    /// Looks at a path; `nil` when nothing can be seen there.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - followingLinks: true to look at the end of a link, not at the link.
    public init?(_ path: String, followingLinks: Bool = true) {
        var status = stat()
        let code = FileName.withPath(path) { followingLinks ? stat($0, &status) : lstat($0, &status) }
        guard code == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            case S_IFCHR, S_IFBLK: .device
            default: .other
            }
        size = Int(status.st_size)
        bytesOnDisk = Int64(status.st_blocks) * 512
        mode = status.st_mode & 0o7777
        (user, group) = (status.st_uid, status.st_gid)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        inode = UInt64(status.st_ino)
        (disk, device) = (status.st_dev, status.st_rdev)
    }
}
