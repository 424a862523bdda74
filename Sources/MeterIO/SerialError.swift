import Glibc
import MeterCore
import MeterNotation

/// A serial line that cannot be used, as a sentence that says what to do.
public enum SerialError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No device has this path.
    case notFound(String)
    /// The path, and the group whose members may use it; `nil` when it is root's alone.
    case permission(String, group: String?)
    /// The path, and who holds it as far as this user may see.
    case busy(String, holder: String?)
    /// The path is that of a file, or of another kind of device.
    case notSerial(String)
    /// The device went away, as a USB adapter does that is pulled out.
    case disconnected(String)
    /// The path, and the reason in words.
    case failed(String, String)

    /// Makes the error of a line that did not open, from `errno`.
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
            return devices.isEmpty
                ? said("cannot open \(path): there is no such device; none is there at all, is the dongle plugged in?")
                : said(
                    "cannot open \(path): there is no such device; there are: \(devices.joined(separator: ", "))"
                )
        case .permission(let path, let group):
            guard let group else {
                return said(
                    "cannot open \(path): this user may not; "
                        + "it is root's alone, run: sudo chgrp dialout \(path) && sudo chmod 660 \(path)"
                )
            }
            return said("cannot open \(path): this user may not; run: \(Self.joining(group))")
        case .busy(let path, let holder):
            return said(
                "cannot open \(path): "
                    + "\(holder ?? said("another program uses it (a serial console or ModemManager, perhaps)"))"
            )
        case .notSerial(let path): return said("cannot read \(path): it is not a serial device; check the path")
        case .disconnected(let path): return said("\(path) is gone; it is opened again as soon as it is back")
        case .failed(let path, let reason): return said("cannot use \(path): \(reason)")
        }
    }

    /// The group whose members may use the device, unless it is that of root.
    static func group(of path: String) -> String? {
        guard let status = FileStatus(path), status.mode & S_IRGRP != 0, status.group != 0,
            let group = getgrgid(status.group)
        else { return nil }
        return String(cString: group.pointee.gr_name)
    }

    /// The command that lets the user of this program use the devices of a group.
    ///
    /// Users below 1000 are those of services, which nobody logs in as (Debian policy, 9.2.2).
    static func joining(_ group: String) -> String {
        let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "$USER"
        let command = "sudo usermod -aG \(group) \(user)"
        return geteuid() < 1000
            ? said("\(command), then start the service again") : said("\(command), then log in again")
    }

    /// The program that holds a device, as a sentence with what to do; `nil` when this user may see none.
    static func holder(of path: String) -> String? {
        guard let device = FileStatus(path)?.device else { return nil }
        for process in Folder("/proc").visibleNames where Int(process) != nil {
            for descriptor in Folder("/proc/\(process)/fd").visibleNames {
                guard let other = FileStatus("/proc/\(process)/fd/\(descriptor)"), other.device == device,
                    other.kind == .device
                else { continue }
                guard process != "\(getpid())" else {
                    return said(
                        "another source of this program uses it; only devices on one RS485 or M-Bus line share it"
                    )
                }
                let name = SmallFile.firstLine(of: "/proc/\(process)/comm") ?? "a program"
                let advice =
                    switch name {
                    case "agetty":
                        said("; the serial console is on, switch it off with sudo raspi-config (Serial Port)")
                    case "ModemManager": said("; stop it with: sudo systemctl disable --now ModemManager")
                    default: said("; stop that program first")
                    }
                return said("the program \(name) (process \(process)) uses it\(advice)")
            }
        }
        return nil
    }
}
