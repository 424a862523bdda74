import MeterNotation

/// A meter's secondary address, which no other meter in the world has: number, manufacturer, version and medium.
public struct MBusMeterAddress: Sendable, Hashable {
    /// Eight digits as on the meter's face; while searching, an F stands for any digit.
    public var identification: UInt32
    /// The manufacturer's three letters, five bits each, A being 1; all ones for any.
    public var manufacturerCode: UInt16
    /// The version, or generation, of the meter; 255 for any.
    public var version: UInt8
    /// The code of the medium; 255 for any.
    public var mediumCode: UInt8

    /// An address; the defaults stand for any manufacturer, version and medium.
    public init(
        identification: UInt32,
        manufacturerCode: UInt16 = 0xFFFF,
        version: UInt8 = 0xFF,
        mediumCode: UInt8 = 0xFF
    ) {
        self.identification = identification
        self.manufacturerCode = manufacturerCode
        self.version = version
        self.mediumCode = mediumCode
    }

    /// The identification as eight digits, an F where any may stand.
    public var digits: String { identification.digits(8, radix: 16, uppercase: true) }

    /// The manufacturer's letters, such as `KAM`.
    public var manufacturer: String {
        let letters = [10, 5, 0].map { Unicode.Scalar(UInt8(manufacturerCode >> $0 & 31) + 64) }
        return String(String.UnicodeScalarView(letters))
    }

    /// The medium.
    public var medium: MBusMedium { MBusMedium(code: mediumCode) }

    /// The code of a manufacturer's letters; `nil` when they are not three capitals.
    public static func manufacturerCode(_ letters: String) -> UInt16? {
        let letters = Array(letters.utf8)
        guard letters.count == 3, letters.allSatisfy({ (65...90).contains($0) }) else { return nil }
        return letters.reduce(0) { $0 << 5 | UInt16($1 - 64) }
    }

    /// The eight bytes as they go over the wire, the low byte of each number first.
    public var bytes: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: identification >> (8 * $0)) }
            + [UInt8(truncatingIfNeeded: manufacturerCode), UInt8(manufacturerCode >> 8), version, mediumCode]
    }

    /// True when this address, which may have wildcards, stands for the other one.
    public func matches(_ other: MBusMeterAddress) -> Bool {
        for shift in stride(from: UInt32(0), to: 32, by: 4) {
            let wanted = identification >> shift & 0xF
            if wanted != 0xF, wanted != other.identification >> shift & 0xF { return false }
        }
        return (manufacturerCode == 0xFFFF || manufacturerCode == other.manufacturerCode)
            && (version == 0xFF || version == other.version)
            && (mediumCode == 0xFF || mediumCode == other.mediumCode)
    }
}
