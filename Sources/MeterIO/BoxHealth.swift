import CLinux
import Glibc

/// How the machine does at one instant; what it does not tell is `nil`.
public struct BoxHealth: Sendable {
    /// Programs that wanted to run, on average over the last minute.
    public var load: Double?
    /// Of the memory, 0 to 100.
    public var memoryUsedPercent: Double?
    /// Of the disk that holds a folder, 0 to 100, as `df` says it.
    public var diskUsedPercent: Double?
    /// Of the processor, in °C.
    public var temperature: Double?
    /// All bytes that all programs wrote to that disk since the machine started.
    public var diskBytesWritten: Int64?

    /// Looks at the machine.
    ///
    /// - Parameter folder: one on the disk, the SD card, that matters.
    public init(disk folder: String) {
        load = Self.words("/proc/loadavg").first.flatMap { Double($0) }
        let memory = Self.words("/proc/meminfo")
        func kilobytes(_ name: String) -> Double? {
            memory.firstIndex(of: "\(name):").flatMap { $0 + 1 < memory.count ? Double(memory[$0 + 1]) : nil }
        }
        if let total = kilobytes("MemTotal"), let available = kilobytes("MemAvailable"), total > 0 {
            memoryUsedPercent = (total - available) / total * 100
        }
        temperature = Self.words("/sys/class/thermal/thermal_zone0/temp").first.flatMap { Double($0) }.map { $0 / 1000 }
        var space = statvfs()
        if statvfs(folder, &space) == 0 {
            let used = Double(space.f_blocks - space.f_bfree)
            let usable = used + Double(space.f_bavail)
            if usable > 0 { diskUsedPercent = used / usable * 100 }
        }
        var status = stat()
        if stat(folder, &status) == 0 { diskBytesWritten = Self.bytesWritten(to: status.st_dev) }
    }

    /// The name of the machine's run: another one after each start.
    public static var boot: String { words("/proc/sys/kernel/random/boot_id").first.map(String.init) ?? "" }

    /// The bytes that a folder's files take on the disk, with those in its folders; 0 when it cannot be read.
    public static func size(of folder: String) -> Int64 {
        directory(folder).reduce(0) { sum, name in
            var status = stat()
            let path = "\(folder)/\(name)"
            guard lstat(path, &status) == 0 else { return sum }
            return sum + (status.st_mode & S_IFMT == S_IFDIR ? size(of: path) : Int64(status.st_blocks) * 512)
        }
    }

    /// The seventh number of the kernel's `Documentation/block/stat.rst`, for the whole card even when a part is meant.
    private static func bytesWritten(to device: dev_t) -> Int64? {
        let folder = "/sys/dev/block/\(clinux_major(device)):\(clinux_minor(device))"
        let whole = access("\(folder)/partition", F_OK) == 0 ? "\(folder)/.." : folder
        let numbers = words("\(whole)/stat")
        return numbers.count > 6 ? Int64(numbers[6]).map { $0 * 512 } : nil
    }

    /// The words of one of the kernel's small files.
    private static func words(_ path: String) -> [Substring] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            .split { $0 == " " || $0 == "\n" || $0 == "\t" }
    }
}
