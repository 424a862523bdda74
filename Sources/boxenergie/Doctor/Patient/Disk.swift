/// The disk that holds a folder, as the kernel names it.
struct Disk: Hashable, Sendable {
    /// Folder at which it is mounted.
    var mountPoint: String
    /// Name of the whole disk in `/sys/block`; `nil` where it is none, as for a network's.
    var block: String?
    /// True when nothing can be written to it.
    var isReadOnly: Bool

    /// True for an SD card or the like, which writing wears.
    var isCard: Bool { block?.hasPrefix("mmcblk") ?? false }

    /// Finds the disk of a folder in the kernel's table; `nil` when that cannot be read.
    ///
    /// - Parameters:
    ///   - folder: its full path.
    ///   - machine: the machine that has it.
    init?(of folder: String, _ machine: Machine) {
        var best: (point: String, device: String, options: Substring)?
        for line in machine.lines("/proc/self/mounts") {
            let words = line.split(separator: " ")
            guard words.count > 3 else { continue }
            let point = String(words[1].replacing("\\040", with: " "))
            let holds = point == "/" || folder == point || folder.hasPrefix(point + "/")
            // The last of two at the same place is the one that is seen.
            guard holds, point.count >= best?.point.count ?? 0 else { continue }
            best = (point, String(words[0]), words[3])
        }
        guard let best else { return nil }
        mountPoint = best.point
        isReadOnly = best.options.split(separator: ",").contains("ro")
        block = Self.block(best.device, machine)
    }

    /// Name of the whole disk of a device: `mmcblk0` of `/dev/mmcblk0p2`.
    private static func block(_ device: String, _ machine: Machine) -> String? {
        let disks = machine.names("/sys/block")
        // Without an initial RAM disk the kernel calls the card so.
        if device == "/dev/root" { return disks.first { $0.hasPrefix("mmcblk") } }
        guard device.hasPrefix("/dev/") else { return nil }
        let name = machine.target(device)
        return disks.filter { name.hasPrefix($0) }.max { $0.count < $1.count }
    }

    /// The disks that matter: of the system, of the state and of a database on this machine, each once.
    static func all(_ patient: Patient) -> [Disk] {
        var seen: Set<String> = []
        let folders = ["/", patient.state] + [patient.configuration?.databaseFolder].compactMap { $0 }
        return folders.compactMap { Disk(of: $0, patient.machine) }.filter { seen.insert($0.mountPoint).inserted }
    }
}
