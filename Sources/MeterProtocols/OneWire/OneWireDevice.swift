import MeterNotation

/// The number of a 1-Wire chip: its family and 48 bits, `1D.AABBCCDDEEFF`.
public struct OneWireDevice: Sendable, Hashable, CustomStringConvertible {
    /// The chips that are read.
    public enum Family: String, Sendable, CaseIterable {
        /// A DS2423: memory and two counters, obsolete and still in many cupboards.
        case counter = "1D"
        /// A DS18B20.
        case thermometer = "28"
    }

    public let family: Family
    /// As owserver writes it.
    public let description: String

    /// What stands for a chip whose number could not be read.
    public static let unknown = OneWireDevice(family: .counter, description: "1D.000000000000")

    private init(family: Family, description: String) {
        self.family = family
        self.description = description
    }

    /// Reads a number; `nil` when it is not one of these chips.
    public init?(_ text: String) {
        let words = text.uppercased().split(separator: ".", omittingEmptySubsequences: false)
        guard words.count == 2, let family = Family(rawValue: String(words[0])), words[1].count == 12,
            words[1].allSatisfy({ $0.isHexDigit && $0.isASCII })
        else { return nil }
        self.family = family
        description = "\(words[0]).\(words[1])"
    }

    /// The chips in a directory, which lists much besides them.
    public static func list(_ directory: String) -> [OneWireDevice] {
        directory.split(separator: ",").compactMap { entry in
            entry.split(separator: "/").last.flatMap { OneWireDevice(String($0)) }
        }
    }
}

/// One of the two counters of a DS2423 that count pulses.
public enum OneWireInput: String, Sendable, CaseIterable { case a = "A", b = "B" }

/// What owserver's texts mean.
public enum OneWireValue {
    /// The value of a counter, right-justified in 12 characters.
    public static func count(_ text: String) -> UInt32? {
        UInt32(text.trimmed)
    }

    /// A temperature in °C; `nil` for 85, which a DS18B20 says after it lost its power, and for what it cannot measure.
    public static func celsius(_ text: String) -> Double? {
        guard let value = Double(text.filter { $0 != " " }), (-55...125).contains(value), value != 85 else {
            return nil
        }
        return value
    }
}
