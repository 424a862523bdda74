/// The status register of a Linky, `STGE`: 32 bits on contacts, tariffs, clock and links.
///
/// Enedis-NOI-CPT_54E §6.2.4. Bits 5 and 18 are not used.
public struct StatusRegister: RawRepresentable, Sendable, Hashable {
    /// The 32 bits.
    public let rawValue: UInt32

    /// Any 32 bits are a register.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Reads 8 hexadecimal digits.
    public init?(hex: String) {
        guard hex.utf8.count == 8, hex.allSatisfy(\.isHexDigit), let bits = UInt32(hex, radix: 16) else { return nil }
        rawValue = bits
    }

    /// The cut-off device (organe de coupure), bits 1...3.
    public enum CutOff: UInt8, Sendable, CaseIterable {
        case closed, overpower, overvoltage, loadShedding, remoteOrder, overheatAboveMaximum, overheatBelowMaximum
        /// A code that the document does not give.
        case unknown
    }

    /// The Euridis output, bits 19 and 20.
    public enum Euridis: UInt8, Sendable, CaseIterable {
        case off, withoutSecurity
        /// A code that the document does not give.
        case unknown
        case secured
    }

    /// The power line link (CPL), bits 21 and 22.
    public enum PowerLine: UInt8, Sendable, CaseIterable {
        case newUnlocked, newLocked, registered
        /// A code that the document does not give.
        case unknown
    }

    /// The colour of a day in Tempo.
    public enum Colour: UInt8, Sendable, CaseIterable {
        case none, blue, white, red
    }

    private func isSet(_ bit: UInt32) -> Bool { rawValue >> bit & 1 == 1 }
    private func field(_ bit: UInt32, _ width: UInt32) -> UInt8 { UInt8(rawValue >> bit & (1 << width - 1)) }

    /// Whether the dry contact is open, bit 0.
    public var isDryContactOpen: Bool { isSet(0) }
    /// The state of the cut-off device, and why it is open.
    public var cutOff: CutOff { CutOff(rawValue: field(1, 3)) ?? .unknown }
    /// Whether the cover of the terminals is open, bit 4.
    public var isCoverOpen: Bool { isSet(4) }
    /// Whether a phase has too high a voltage, bit 6.
    public var isOvervoltage: Bool { isSet(6) }
    /// Whether the power of reference is exceeded, bit 7.
    public var isReferenceExceeded: Bool { isSet(7) }
    /// Whether the meter counts injection as well, bit 8.
    public var isProducer: Bool { isSet(8) }
    /// Whether the active energy is negative, bit 9: the house injects.
    public var isEnergyNegative: Bool { isSet(9) }
    /// The supplier's index in use, 1...16.
    public var supplierIndex: Int { Int(field(10, 4)) + 1 }
    /// The distributor's index in use, 1...4.
    public var distributorIndex: Int { Int(field(14, 2)) + 1 }
    /// Whether the meter has lost its clock, bit 16.
    public var isClockDegraded: Bool { isSet(16) }
    /// The mode of the TIC, bit 17.
    public var mode: TICMode { isSet(17) ? .standard : .historique }
    /// The state of the Euridis output.
    public var euridis: Euridis { Euridis(rawValue: field(19, 2)) ?? .unknown }
    /// The state of the power line link.
    public var powerLine: PowerLine { PowerLine(rawValue: field(21, 2)) ?? .unknown }
    /// Whether the power line link is synchronised, bit 23.
    public var isPowerLineSynchronised: Bool { isSet(23) }
    /// The Tempo colour of today.
    public var today: Colour { Colour(rawValue: field(24, 2)) ?? .none }
    /// The Tempo colour of tomorrow.
    public var tomorrow: Colour { Colour(rawValue: field(26, 2)) ?? .none }
    /// The mobile peak announced, 1...3, or nothing.
    public var announcedPeak: Int? { field(28, 2) == 0 ? nil : Int(field(28, 2)) }
    /// The mobile peak running, 1...3, or nothing.
    public var runningPeak: Int? { field(30, 2) == 0 ? nil : Int(field(30, 2)) }
}
