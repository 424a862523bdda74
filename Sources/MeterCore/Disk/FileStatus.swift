public import Glibc

/// What the system tells of a file without opening it.
public struct FileStatus: Sendable, Hashable {
    /// What stands at a path.
    public enum Kind: Sendable { case file, folder, link, device, other }

    public let kind: Kind
    /// In bytes.
    public let size: Int
    /// The bytes that it takes on the disk.
    public let bytesOnDisk: Int64
    /// Who may do what, as `chmod` writes it.
    public let mode: mode_t
    public let user: uid_t
    public let group: gid_t
    /// When its contents were changed last, in nanoseconds since 1970.
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
    ///   - followingLinks: what a link leads to is looked at, not the link.
    public init?(_ path: String, followingLinks: Bool = true) {
        var status = stat()
        guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
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
