import MeterNotation

/// The number of a 1-Wire chip: its family and 48 bits, `1D.AABBCCDDEEFF`.
public struct OneWireDevice: Sendable, Hashable, CustomStringConvertible {
    /// The kinds of chips that are read, by their family code.
    public enum Family: String, Sendable, CaseIterable {
        /// A DS2423: memory and two counters, obsolete and still in many cupboards.
        case counter = "1D"
        /// A DS18B20: a thermometer from -55 to 125 °C.
        case thermometer = "28"
    }

    /// The kind of chip.
    public let family: Family
    /// The number as owserver writes it, in capitals.
    public let description: String

    /// The number that stands for a chip whose own could not be read.
    public static let unknown = OneWireDevice(family: .counter, description: "1D.000000000000")

    private init(family: Family, description: String) {
        self.family = family
        self.description = description
    }

    /// Reads a number such as `1D.AABBCCDDEEFF`; `nil` when it is not one of these chips.
    public init?(_ text: String) {
        let words = text.uppercased().split(separator: ".", omittingEmptySubsequences: false)
        guard words.count == 2, let family = Family(rawValue: String(words[0])), words[1].count == 12,
            words[1].allSatisfy({ $0.isHexDigit && $0.isASCII })
        else { return nil }
        self.family = family
        description = "\(words[0]).\(words[1])"
    }

    /// The chips in a directory of owserver, which lists much besides them.
    public static func list(_ directory: String) -> [OneWireDevice] {
        directory.split(separator: ",").compactMap { entry in
            entry.split(separator: "/").last.flatMap { OneWireDevice(String($0)) }
        }
    }
}

/// One of the two counters of a DS2423 that count pulses.
///
/// They are inputs A and B, which owserver calls `counter.A` and `counter.B`; the chip's other two count writes.
public enum OneWireInput: String, Sendable, CaseIterable { case a = "A", b = "B" }

/// The values of owserver's texts.
public enum OneWireValue {
    /// The value of a counter, right-justified in 12 characters, 0...4 294 967 295; `nil` when it is no number.
    public static func count(_ text: String) -> UInt32? {
        UInt32(text.trimmed)
    }

    /// A temperature in °C.
    ///
    /// - Returns: `nil` for 85, which a DS18B20 says after it lost its power, and outside of -55...125, its range.
    public static func celsius(_ text: String) -> Double? {
        guard let value = Double(text.filter { $0 != " " }), (-55...125).contains(value), value != 85 else {
            return nil
        }
        return value
    }
}
