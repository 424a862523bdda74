import Glibc
import MeterCore
import MeterNotation

/// What a box is called where it needs a name that stays the same.
public enum BoxIdentity {
    /// Eight hexadecimal digits that are the same on this machine for ever, and differ on others.
    ///
    /// Made of `/etc/machine-id`, which itself is not to leave the machine.
    public static var word: String {
        var hash: UInt32 = 2_166_136_261
        for byte in identifier { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return hash.digits(8, radix: 16)
    }

    private static var identifier: [UInt8] {
        if let bytes = SmallFile.beginning(of: "/etc/machine-id", atMost: 256), !bytes.isEmpty { return bytes }
        var bytes = [UInt8](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return [] }
        return Array(bytes.prefix { $0 != 0 })
    }
}
