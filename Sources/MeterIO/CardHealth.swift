import MeterCore

/// What a disk and its file system say of themselves: signs that a card is dying; what they do not tell is `nil`.
public struct CardHealth: Sendable, Hashable {
    /// 1 while the file system takes nothing more, as after errors; else 0.
    public var readOnly: Int64?
    /// Errors that the kernel has found in the file system since it was made (ext4).
    public var errors: Int64?
    /// The part of the card's life that is used, in steps of 10 %, 110 beyond its end; eMMC tells it, SD cards mostly do not.
    public var usedPercent: Int64?
    /// The card's reserve of good blocks: 1 well, 2 low, 3 used up.
    public var reserve: Int64?

    /// Knows nothing.
    public init() {}

    /// Asks the disk that a folder is on.
    ///
    /// - Parameters:
    ///   - folder: one that is written to: a system may have another one read-only on purpose.
    ///   - system: the folder in which the kernel tells of its disks.
    public init(of folder: String, system: String = "/sys") {
        readOnly = DiskSpace(of: folder).map { $0.isReadOnly ? 1 : 0 }
        guard let device = BlockDevice(of: folder, system: system) else { return }
        errors = SmallFile.words(of: "\(system)/fs/ext4/\(device.name)/errors_count").first.flatMap { Int64($0) }
        let tenths = Self.numbers("\(device.disk)/device/life_time").max() ?? 0
        if tenths > 0 { usedPercent = tenths * 10 }
        if let told = Self.numbers("\(device.disk)/device/pre_eol_info").first, told > 0 { reserve = told }
    }

    /// The numbers of a file, each with `0x` before it.
    private static func numbers(_ path: String) -> [Int64] {
        SmallFile.words(of: path).compactMap { $0.hasPrefix("0x") ? Int64($0.dropFirst(2), radix: 16) : nil }
    }
}
