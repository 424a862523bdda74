import MeterCore
import MeterNotation

/// A group address of a KNX installation.
struct KNXAddress: Sendable, Hashable, CustomStringConvertible {
    /// The sixteen bits of it.
    let bits: UInt16

    init(bits: UInt16) { self.bits = bits }

    /// Reads `5/0/1` (main, middle and sub group); `nil` for anything else, and for 0/0/0, which is everybody.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { UInt16($0) ?? .max }
        guard parts.count == 3, parts[0] < 32, parts[1] < 8, parts[2] < 256 else { return nil }
        bits = parts[0] << 11 | parts[1] << 8 | parts[2]
        guard bits != 0 else { return nil }
    }

    var description: String { "\(bits >> 11)/\(bits >> 8 & 7)/\(bits & 255)" }
}

/// A group address, the quantity that it shows and the type in which it does.
struct KNXGroup: Sendable, Hashable {
    var address: KNXAddress
    /// The name of the quantity, such as `linky.import_wh`.
    var quantity: String
    /// `nil` for the usual one of the quantity.
    var type: KNXType?
}
