import CLinux

/// The device that a folder is on, a disk such as a card or a stick, or a partition of one, as the kernel's tree has it.
public struct BlockDevice: Sendable, Hashable {
    /// Its folder there.
    private let place: String
    /// The folder of its disk, which is its own one where it is no partition.
    public let disk: String

    /// Finds it; `nil` for what is on no such device, as a RAM disk or a network disk is.
    ///
    /// - Parameters:
    ///   - folder: a path that is there.
    ///   - system: the folder in which the kernel tells of its devices.
    public init?(of folder: String, system: String = "/sys") {
        guard let number = FileStatus(folder)?.disk else { return nil }
        let link = "\(system)/dev/block/\(clinux_major(number)):\(clinux_minor(number))"
        guard DiskFile.isThere(link) else { return nil }
        place = DiskFile.real(link)
        let isPartition = DiskFile.isThere("\(place)/partition")
        disk = isPartition ? String(place[..<(place.lastIndex(of: "/") ?? place.endIndex)]) : place
    }

    /// Its name, such as `mmcblk0p2`.
    public var name: Substring { place.split(separator: "/").last ?? "" }

    /// True for a disk of its own, and not for one that the kernel makes of others, as an encrypted one is.
    private var isPhysical: Bool { !place.contains("/virtual/") }

    /// True when both are known to be on different disks.
    public func isApart(from other: BlockDevice) -> Bool { isPhysical && other.isPhysical && disk != other.disk }
}
