/// The status register of a Linky, `STGE`: 32 bits on contacts, tariffs, clock and links.
///
/// Enedis-NOI-CPT_54E §6.2.4. Bits 5 and 18 are not used.
public struct StatusRegister: RawRepresentable, Sendable, Hashable {
    /// The 32 bits.
    public let rawValue: UInt32

    /// Any 32 bits are a register.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Reads 8 hexadecimal digits, such as `00DA0700`; `nil` for another text.
    public init?(hex: String) {
        guard hex.utf8.count == 8, hex.allSatisfy(\.isHexDigit), let bits = UInt32(hex, radix: 16) else { return nil }
        rawValue = bits
    }

    /// The cut-off device (organe de coupure), bits 1...3.
    public enum CutOff: UInt8, Sendable, CaseIterable {
        /// Closed: the house has power.
        case closed
        /// Open: more power than the meter allows (`PCOUP`).
        case overpower
        /// Open: the grid's voltage is too high.
        case overvoltage
        /// Open: the grid sheds load.
        case loadShedding
        /// Open: by an order over the power line or the Euridis output.
        case remoteOrder
        /// Open: too hot, at a current above the maximum.
        case overheatAboveMaximum
        /// Open: too hot, at a current below the maximum.
        case overheatBelowMaximum
        /// A code that the document does not give.
        case unknown
    }

    /// The Euridis output, bits 19 and 20.
    public enum Euridis: UInt8, Sendable, CaseIterable {
        /// Switched off.
        case off
        /// Switched on without security.
        case withoutSecurity
        /// A code that the document does not give.
        case unknown
        /// Switched on with security.
        case secured
    }

    /// The power line link (CPL), bits 21 and 22.
    public enum PowerLine: UInt8, Sendable, CaseIterable {
        /// New and unlocked.
        case newUnlocked
        /// New and locked.
        case newLocked
        /// Registered (CPL enregistré).
        case registered
        /// A code that the document does not give.
        case unknown
    }

    /// The colour of a day in Tempo.
    public enum Colour: UInt8, Sendable, CaseIterable {
        case none, blue, white, red
    }

    /// True when a bit is 1; bit 0 is the lowest.
    private func isSet(_ bit: UInt32) -> Bool { rawValue >> bit & 1 == 1 }
    /// The number in a run of bits, by its lowest bit and its width.
    private func field(_ bit: UInt32, _ width: UInt32) -> UInt8 { UInt8(rawValue >> bit & (1 << width - 1)) }

    /// True when the dry contact is open, bit 0.
    public var isDryContactOpen: Bool { isSet(0) }
    /// The state of the cut-off device, with the reason when it is open.
    public var cutOff: CutOff { CutOff(rawValue: field(1, 3)) ?? .unknown }
    /// True when the cover of the terminals is open, bit 4.
    public var isCoverOpen: Bool { isSet(4) }
    /// True when a phase has too high a voltage, bit 6.
    public var isOvervoltage: Bool { isSet(6) }
    /// True when the power of reference (`PREF`) is exceeded, bit 7.
    public var isReferenceExceeded: Bool { isSet(7) }
    /// True when the meter counts export as well, bit 8; only such a meter sends `EAIT`.
    public var isProducer: Bool { isSet(8) }
    /// True when the active energy is negative, bit 9: the house exports.
    public var isEnergyNegative: Bool { isSet(9) }
    /// The supplier's index in use, 1...16.
    public var supplierIndex: Int { Int(field(10, 4)) + 1 }
    /// The distributor's index in use, 1...4.
    public var distributorIndex: Int { Int(field(14, 2)) + 1 }
    /// True when the meter has lost its clock, bit 16.
    public var isClockDegraded: Bool { isSet(16) }
    /// The mode of the TIC, bit 17.
    public var mode: TICMode { isSet(17) ? .standard : .historique }
    /// The state of the Euridis output.
    public var euridis: Euridis { Euridis(rawValue: field(19, 2)) ?? .unknown }
    /// The state of the power line link.
    public var powerLine: PowerLine { PowerLine(rawValue: field(21, 2)) ?? .unknown }
    /// True when the power line link is synchronised, bit 23.
    public var isPowerLineSynchronised: Bool { isSet(23) }
    /// The Tempo colour of today, bits 24 and 25.
    public var today: Colour { Colour(rawValue: field(24, 2)) ?? .none }
    /// The Tempo colour of tomorrow, bits 26 and 27; none until it is announced.
    public var tomorrow: Colour { Colour(rawValue: field(26, 2)) ?? .none }
    /// True when the contract is Tempo: its day has a colour.
    public var isTempo: Bool { today != .none || tomorrow != .none }
    /// The mobile peak announced, 1...3, bits 28 and 29; `nil` for none.
    ///
    /// A Tempo meter sets them, too.
    public var announcedPeak: Int? { field(28, 2) == 0 ? nil : Int(field(28, 2)) }
    /// The mobile peak running, 1...3, bits 30 and 31; `nil` for none.
    ///
    /// A Tempo meter sets them, too.
    public var runningPeak: Int? { field(30, 2) == 0 ? nil : Int(field(30, 2)) }
}
