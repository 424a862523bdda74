import Glibc
import MeterCore
import MeterNotation

/// The serial devices of this machine.
public enum SerialDevices {
    /// Their paths, those that stay the same first: by the adapter's own name, or by the socket that it is plugged into.
    ///
    /// Cheap adapters have no number of their own. Two of one kind share a name, which after a restart may be the other's;
    /// so then the sockets come first.
    public static func list(under folder: String = "/dev") -> [String] {
        let named = Folder("\(folder)/serial/by-id").visibleNames.map { "\(folder)/serial/by-id/" + $0 }
        let placed = Folder("\(folder)/serial/by-path").visibleNames.map { "\(folder)/serial/by-path/" + $0 }
        let known = Set(named.map(DiskFile.real))
        let isShared = placed.contains { !known.contains(DiskFile.real($0)) }
        let names = Folder(folder).visibleNames
        return (isShared ? placed + named : named)
            + ["ttyAMA", "ttyUSB", "ttyACM"].flatMap { prefix in
                names.filter { $0.hasPrefix(prefix) }.map { "\(folder)/" + $0 }
            }
    }

    /// Those on which a meter may be, each once and under the name that stays the same.
    ///
    /// The serial port on a Raspberry Pi's pins is among them whatever it is called, and the one that its Bluetooth chip
    /// has is not.
    public static func likely() -> [String] {
        let pins = DiskFile.real("/dev/serial0")
        let bluetooth = DiskFile.real("/dev/serial1")
        var seen: Set<String> = bluetooth == pins ? [] : [bluetooth]
        return (list() + ["/dev/serial0"]).filter { path in
            DiskFile.isThere(path) && seen.insert(DiskFile.real(path)).inserted
        }
    }

    /// The user of a line, as a sentence with what to do; `nil` when nobody uses it as far as this user may see.
    ///
    /// To be asked before a line is opened at which one only wants to look.
    public static func user(of path: String) -> String? {
        let device = DiskFile.real(path)
        // A program that plays a meter on a pseudo-terminal keeps both of its ends open, so that says nothing.
        if !device.hasPrefix("/dev/pts/"), let holder = SerialError.holder(of: device) { return holder }
        let name = device.split(separator: "/").last.map(String.init) ?? device
        if isConsole(name) {
            return said(
                "the kernel's messages go there; switch the serial console off with sudo raspi-config (Serial Port)"
            )
        }
        for folder in ["/run/lock", "/var/lock"] {
            guard let text = SmallFile.firstLine(of: "\(folder)/LCK..\(name)"),
                let process = CInt(text.drop { $0 == " " }), process > 0,
                kill(process, 0) == 0 || errno == EPERM
            else { continue }
            return said("the process \(process) has locked it; stop that program first")
        }
        return nil
    }

    /// True when the kernel writes its messages to a device, or somebody may log in there.
    private static func isConsole(_ name: String) -> Bool {
        let consoles = SmallFile.firstLine(of: "/sys/class/tty/console/active") ?? ""
        if consoles.split(separator: " ").contains(Substring(name)) { return true }
        // A login program of the system is seen by its arguments: what it holds open, only the system may see.
        return Folder("/proc").visibleNames.contains { process in
            Int(process) != nil && SmallFile.firstLine(of: "/proc/\(process)/comm") == "agetty"
                && arguments(of: process).contains { $0 == name || $0 == "/dev/\(name)" }
        }
    }

    /// The arguments of a process, its own name first; they end with zeros in `/proc`.
    private static func arguments(of process: String) -> [String] {
        let bytes = SmallFile.beginning(of: "/proc/\(process)/cmdline", atMost: 1024) ?? []
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
