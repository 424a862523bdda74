/// The profile of a day: the switching times of `PJOURF+1` or `PPOINTE`.
///
/// Enedis-NOI-CPT_54E §6.2.5: 11 blocks `HHMMSSSS` joined by spaces; an unused block reads `NONUTILE`. The document does
/// not say in which digits the time is written, and meters do both: `1326` or, in hexadecimal, `0D1A` is 13:26. All
/// blocks of a profile are in one; where they can be read in both they are decimal.
public struct DayProfile: Sendable, Hashable {
    /// The order to the dry contact at a switching time, bits 14 and 15 of the code.
    public enum DryContact: UInt8, Sendable {
        /// The contact stays as it is.
        case unchanged
        /// The contact follows the meter's setting for Tempo.
        case byTempo
        /// The contact opens.
        case open
        /// The contact closes.
        case close
    }

    /// One switching time and the change that begins there.
    public struct Action: Sendable, Hashable {
        /// The hour of legal time, 0...23.
        public let hour: Int
        /// The minute, 0...59.
        public let minute: Int
        /// The four hex digits after the time.
        public let code: UInt16

        /// The order to the dry contact, bits 14 and 15 of the code.
        public var dryContact: DryContact { DryContact(rawValue: UInt8(code >> 14)) ?? .unchanged }
        /// The virtual contacts 1...7 as bits 0...6, where 1 is closed; bits 4...10 of the code.
        public var virtualContacts: Int { Int(code >> 4) & 0x7F }
        /// The supplier's index that begins, 1...10; `nil` if the index stays.
        public var index: Int? { 1...10 ~= code & 0xF ? Int(code & 0xF) : nil }
    }

    /// The number of characters on the wire.
    public static let length = 98

    /// The blocks in use, in the order on the wire.
    public let actions: [Action]

    /// Reads the 98 characters; `nil` if a block is neither a time with a code nor `NONUTILE`.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == Self.length else { return nil }
        guard let actions = Self.actions(bytes, radix: 10) ?? Self.actions(bytes, radix: 16) else { return nil }
        self.actions = actions
    }

    /// The blocks in use, their times written in digits of a radix; `nil` if one of them cannot be.
    private static func actions(_ bytes: [UInt8], radix: Int) -> [Action]? {
        var actions: [Action] = []
        for start in stride(from: 0, to: length, by: 9) {
            guard start == 0 || bytes[start - 1] == UInt8(ascii: " ") else { return nil }
            let block = bytes[start..<start + 8]
            if block.elementsEqual("NONUTILE".utf8) { continue }
            guard let action = Action(block, radix: radix) else { return nil }
            actions.append(action)
        }
        return actions
    }
}

extension DayProfile.Action {
    /// Reads the eight characters of a block in use.
    fileprivate init?(_ block: ArraySlice<UInt8>, radix: Int) {
        let digits = block.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 8, digits[..<4].allSatisfy({ $0 < radix }) else { return nil }
        hour = digits[0] * radix + digits[1]
        minute = digits[2] * radix + digits[3]
        code = digits[4...].reduce(0) { $0 << 4 | UInt16($1) }
        guard hour < 24, minute < 60 else { return nil }
    }
}
