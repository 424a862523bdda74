/// The serial devices of this machine.
public enum SerialDevices {
    /// Their paths, those that stay the same when plugged elsewhere first.
    public static func list() -> [String] {
        let stable = directory("/dev/serial/by-id").map { "/dev/serial/by-id/" + $0 }
        let names = directory("/dev")
        return stable
            + ["ttyAMA", "ttyUSB", "ttyACM"].flatMap { prefix in
                names.filter { $0.hasPrefix(prefix) }.map { "/dev/" + $0 }
            }
    }
}
