import Glibc

/// Why a serial line cannot be used, as a sentence that says what to do.
public enum SerialError: Error, Sendable, Hashable, CustomStringConvertible {
    case notFound(String)
    case permission(String, group: String?)
    case busy(String, holder: String?)
    case notSerial(String)
    case disconnected(String)
    case failed(String, String)

    init(opening path: String, code: CInt) {
        switch code {
        case ENOENT, ENODEV, ENXIO: self = .notFound(path)
        case EACCES, EPERM: self = .permission(path, group: Self.group(of: path))
        case EBUSY: self = .busy(path, holder: Self.holder(of: path))
        default: self = .failed(path, String(cString: strerror(code)))
        }
    }

    public var description: String {
        switch self {
        case .notFound(let path):
            let devices = SerialDevices.list()
            return "cannot open \(path): there is no such device; "
                + (devices.isEmpty
                    ? "no serial device is there at all, is the dongle plugged in?"
                    : "there are: " + devices.joined(separator: ", "))
        case .permission(let path, let group):
            return "cannot open \(path): this user may not; "
                + (group.map { "run: \(Self.joining($0))" }
                    ?? "it is root's alone, run: sudo chgrp dialout \(path) && sudo chmod 660 \(path)")
        case .busy(let path, let holder):
            return "cannot open \(path): "
                + (holder ?? "another program uses it (a serial console or ModemManager, perhaps)")
        case .notSerial(let path): return "cannot read \(path): it is not a serial device; check the path"
        case .disconnected(let path): return "\(path) is gone; it is opened again as soon as it is back"
        case .failed(let path, let reason): return "cannot use \(path): \(reason)"
        }
    }

    /// The group whose members may use the device, unless it is that of root.
    static func group(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IRGRP != 0, status.st_gid != 0,
            let group = getgrgid(status.st_gid)
        else { return nil }
        return String(cString: group.pointee.gr_name)
    }

    /// What lets the user of this program use the devices of a group.
    ///
    /// Users below 1000 are those of services, which nobody logs in as (Debian policy, 9.2.2).
    static func joining(_ group: String) -> String {
        let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "$USER"
        return "sudo usermod -aG \(group) \(user), then "
            + (geteuid() < 1000 ? "start the service again" : "log in again")
    }

    /// Which program holds a device, as far as this user may see.
    static func holder(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        let device = status.st_rdev
        for process in directory("/proc") where Int(process) != nil {
            for descriptor in directory("/proc/\(process)/fd") {
                var other = stat()
                guard stat("/proc/\(process)/fd/\(descriptor)", &other) == 0, other.st_rdev == device,
                    other.st_mode & S_IFMT == S_IFCHR
                else { continue }
                guard process != "\(getpid())" else {
                    return "another source of this program uses it; only devices on one RS485 or M-Bus line share it"
                }
                let name = firstLine("/proc/\(process)/comm") ?? "a program"
                let advice =
                    switch name {
                    case "agetty": "; the serial console is on, switch it off with sudo raspi-config (Serial Port)"
                    case "ModemManager": "; stop it with: sudo systemctl disable --now ModemManager"
                    default: "; stop that program first"
                    }
                return "the program \(name) (process \(process)) uses it\(advice)"
            }
        }
        return nil
    }
}

/// The names in a folder; none when it cannot be read.
public func directory(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}

func firstLine(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    guard fgets(&line, 256, file) != nil else { return nil }
    return String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
