import CLinux
import Glibc

/// The disk that a folder is on, such as a card or a stick, whichever of its partitions.
public struct PhysicalDisk: Sendable, Hashable {
    /// Its folder in `/sys/devices`.
    private let device: String

    /// Finds it by the kernel's tree of devices.
    ///
    /// `nil` for what loses all with the power, such as a RAM disk, and for what does not tell where it is kept, such as an
    /// encrypted or a network disk.
    ///
    /// - Parameter folder: a path that is there.
    public init?(of folder: String) {
        guard let disk = FileStatus(folder)?.disk else { return nil }
        let link = "/sys/dev/block/\(clinux_major(disk)):\(clinux_minor(disk))"
        guard let found = realpath(link, nil) else { return nil }
        defer { free(found) }
        let path = String(cString: found)
        guard !path.contains("/virtual/") else { return nil }
        let isPartition = DiskFile.isThere("\(path)/partition")
        device = isPartition ? String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) : path
    }
}
