import Glibc
import MeterCore
import MeterNotation

/// What a machine is known again by: the serial number of its board; without one the hardware addresses of its interfaces,
/// and where there are none `/etc/machine-id`.
///
/// A copied card has the machine-id of the other one; a system that was installed anew on the same board has another.
public struct MachineNumber: Sendable {
    /// The serial number of the board, or what the system is called.
    private let bytes: [UInt8]
    /// The hardware addresses of a board without a serial number.
    private let addresses: [[UInt8]]

    /// Reads it.
    ///
    /// - Parameter root: stands for `/` in tests.
    public init(root: String = "") {
        func read(_ path: String) -> [UInt8]? {
            SmallFile.beginning(of: root + path, atMost: 256).flatMap { $0.isEmpty ? nil : $0 }
        }
        let serial = read("/sys/firmware/devicetree/base/serial-number")
        bytes = serial ?? read("/etc/machine-id") ?? Self.hostName
        addresses = serial == nil ? BuiltInAddresses.all(root: root).map { [UInt8]($0.utf8) } : []
    }

    /// The machine with exactly these bytes, in tests.
    init(bytes: [UInt8], addresses: [[UInt8]] = []) { (self.bytes, self.addresses) = (bytes, addresses) }

    private static var hostName: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return [] }
        return Array(bytes.prefix { $0 != 0 })
    }

    /// The machine's name where it needs one that stays the same, such as its client's name at an MQTT broker: eight
    /// hexadecimal digits that are the same on this machine for ever, and differ on others, with a copied card, too.
    ///
    /// The number itself is not to leave the machine (machine-id(5)).
    public var clientName: String { UInt32(truncatingIfNeeded: number).digits(8, radix: 16) }

    /// A number that is the same on this machine for ever.
    var number: UInt64 { NameHash.of64(addresses.first ?? bytes) }

    /// The marks of this machine beside an identity; of two boxes on one machine each has its own.
    func marks(with word: String) -> MachineMarks {
        func mark(_ bytes: [UInt8]) -> String { NameHash.of64(bytes + [UInt8](word.utf8)).digits(16, radix: 16) }
        return MachineMarks(system: mark(bytes), addresses: addresses.map(mark))
    }
}
