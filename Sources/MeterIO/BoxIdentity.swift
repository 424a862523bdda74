import Glibc
import MeterCore
import MeterNotation

/// The name of a box where it needs one that stays the same, such as its client's name at an MQTT broker.
public enum BoxIdentity {
    /// Eight hexadecimal digits that are the same on this machine for ever, and differ on others.
    ///
    /// The 32-bit FNV-1a hash of `/etc/machine-id`, which itself is not to leave the machine (machine-id(5)).
    public static var word: String {
        var hash: UInt32 = 2_166_136_261
        for byte in identifier { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return hash.digits(8, radix: 16)
    }

    /// The bytes of `/etc/machine-id`, or of the host's name where there is no such file.
    private static var identifier: [UInt8] {
        if let bytes = SmallFile.beginning(of: "/etc/machine-id", atMost: 256), !bytes.isEmpty { return bytes }
        var bytes = [UInt8](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return [] }
        return Array(bytes.prefix { $0 != 0 })
    }
}
