import Glibc

/// The room on a disk.
public struct DiskSpace: Sendable, Hashable {
    /// The size of the disk in bytes, with what only root may take.
    public let size: Int64
    /// The bytes that everybody may still take, without root's reserve.
    public let free: Int64
    /// The bytes in use.
    public let used: Int64
    /// Files that it can hold; 0 where there is no such limit, as on btrfs.
    public let files: Int64
    /// Files that everybody may still make.
    public let freeFiles: Int64
    /// True when nothing can be written to it.
    public let isReadOnly: Bool

    /// Describes a disk, for a test or a report.
    public init(size: Int64, free: Int64, used: Int64, files: Int64, freeFiles: Int64, isReadOnly: Bool = false) {
        (self.size, self.free, self.used) = (size, free, used)
        (self.files, self.freeFiles, self.isReadOnly) = (files, freeFiles, isReadOnly)
    }

    /// Asks the disk that a file or folder is on; `nil` when it does not tell.
    public init?(of path: String) {
        var space = statvfs()
        guard statvfs(path, &space) == 0 else { return nil }
        let block = Int64(space.f_frsize)
        size = Int64(space.f_blocks) * block
        free = Int64(space.f_bavail) * block
        used = (Int64(space.f_blocks) - Int64(space.f_bfree)) * block
        files = Int64(space.f_files)
        freeFiles = Int64(space.f_favail)
        isReadOnly = space.f_flag & UInt(ST_RDONLY) != 0
    }
}
