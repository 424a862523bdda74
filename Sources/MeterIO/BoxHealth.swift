import MeterCore

/// The machine's health at one instant; what it does not tell is `nil`.
public struct BoxHealth: Sendable {
    /// Programs that wanted to run, on average over the last minute (`/proc/loadavg`).
    public var load: Double?
    /// The share of the memory in use, 0 to 100 %; what the kernel can give back at once is not in use.
    public var memoryUsedPercent: Double?
    /// The share of the disk in use that holds a folder, 0 to 100 %, as `df` says it.
    public var diskUsedPercent: Double?
    /// The processor's temperature in °C (`thermal_zone0`).
    public var temperature: Double?
    /// All bytes that all programs wrote to that disk since the machine started, which is what wears an SD card out.
    public var diskBytesWritten: Int64?
    /// What that disk says of its own health.
    public var card = CardHealth()

    /// Knows nothing.
    public init() {}

    /// Forgets what the disk told.
    public mutating func forgetDisk() { (diskUsedPercent, diskBytesWritten, card) = (nil, nil, CardHealth()) }

    /// Looks at the machine.
    ///
    /// - Parameter folder: one on the disk, the SD card, that matters.
    public init(disk folder: String) {
        load = SmallFile.words(of: "/proc/loadavg").first.flatMap { Double($0) }
        let memory = SmallFile.words(of: "/proc/meminfo")
        func kilobytes(_ name: String) -> Double? {
            memory.firstIndex(of: "\(name):").flatMap { $0 + 1 < memory.count ? Double(memory[$0 + 1]) : nil }
        }
        if let total = kilobytes("MemTotal"), let available = kilobytes("MemAvailable"), total > 0 {
            memoryUsedPercent = (total - available) / total * 100
        }
        temperature = SmallFile.words(of: "/sys/class/thermal/thermal_zone0/temp").first.flatMap { Double($0) }.map {
            $0 / 1000
        }
        if let space = DiskSpace(of: folder), space.used + space.free > 0 {
            diskUsedPercent = Double(space.used) / Double(space.used + space.free) * 100
        }
        diskBytesWritten = BlockDevice(of: folder).flatMap { Self.bytesWritten(to: $0) }
        card = CardHealth(of: folder)
    }

    /// The name of the machine's run: another one after each start, empty where the kernel has none.
    public static var boot: String {
        SmallFile.words(of: "/proc/sys/kernel/random/boot_id").first.map(String.init) ?? ""
    }

    /// The bytes that a folder's files take on the disk, with those in its folders; 0 when it cannot be read.
    ///
    /// Hidden files are left out, and links are not followed.
    public static func size(of folder: String) -> Int64 {
        Folder(folder).visibleNames.reduce(0) { sum, name in
            let path = "\(folder)/\(name)"
            guard let status = FileStatus(path, followingLinks: false) else { return sum }
            return sum + (status.kind == .folder ? size(of: path) : status.bytesOnDisk)
        }
    }

    /// The bytes written to a device, by the kernel's count of sectors, which are 512 bytes there on every disk.
    ///
    /// The seventh number of `Documentation/block/stat.rst`, for the whole card even when a part is meant.
    private static func bytesWritten(to device: BlockDevice) -> Int64? {
        let numbers = SmallFile.words(of: "\(device.disk)/stat")
        return numbers.count > 6 ? Int64(numbers[6]).map { $0 * 512 } : nil
    }
}
