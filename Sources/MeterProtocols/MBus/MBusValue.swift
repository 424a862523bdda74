/// The value of a record.
public enum MBusValue: Sendable, Hashable {
    /// The record has no data.
    case none
    /// A number in the record's unit.
    case number(MBusNumber)
    /// A text, in the order in which it is read.
    case text(String)
    /// A date, a time or both.
    case date(MBusDate)
    /// Bytes without a type of their own, or a number of 64 bits that does not fit.
    case bytes([UInt8])
    /// A value that its type does not have, such as a BCD digit above nine, or that the meter itself calls wrong.
    case invalid([UInt8])

    /// The number, if it is one.
    public var number: MBusNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    // MARK: The types of data of EN 13757-3, the low byte first

    /// Type B: a whole number with a sign; the lowest one, 80 00 …, means that there is none.
    static func integer(_ bytes: [UInt8]) -> MBusValue {
        if bytes.last == 0x80, bytes.dropLast().allSatisfy({ $0 == 0 }) { return .invalid(bytes) }
        let negative: UInt64 = (bytes.last ?? 0) & 0x80 == 0 ? 0 : .max
        let bits = bytes.reversed().reduce(negative) { $0 << 8 | UInt64($1) }
        return .number(.decimal(Int64(bitPattern: bits), exponent: 0))
    }

    /// Types C and D: without a sign, for flags.
    static func unsigned(_ bytes: [UInt8]) -> MBusValue {
        guard bytes.count < 8 || (bytes.last ?? 0) < 0x80 else { return .bytes(bytes) }
        return .number(.decimal(Int64(bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }), exponent: 0))
    }

    /// Type A: two digits a byte; an F in front stands for a minus.
    static func bcd(_ bytes: [UInt8], isNegative: Bool = false) -> MBusValue {
        var digits = bytes.reversed().flatMap { [$0 >> 4, $0 & 0x0F] }
        var isNegative = isNegative
        if digits.first == 0xF {
            isNegative = true
            digits[0] = 0
        }
        guard digits.allSatisfy({ $0 <= 9 }), digits.drop(while: { $0 == 0 }).count <= 18 else {
            return .invalid(bytes)
        }
        let amount = digits.reduce(Int64(0)) { $0 * 10 + Int64($1) }
        return .number(.decimal(isNegative ? -amount : amount, exponent: 0))
    }

    /// Type H: 32 bits of floating point, as the shortest decimal that means them.
    static func real(_ bytes: [UInt8]) -> MBusValue {
        let value = Float(bitPattern: UInt32(truncatingIfNeeded: bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }))
        guard value.isFinite else { return .invalid(bytes) }
        return .number(.real(Double("\(value)") ?? Double(value)))
    }

    /// A text in ISO 8859-1, the last letter first.
    static func text(_ bytes: [UInt8]) -> MBusValue { .text(latin(bytes)) }
}

/// A text in ISO 8859-1 whose last letter comes first; zero bytes are left out.
func latin(_ bytes: some BidirectionalCollection<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes.reversed() where byte != 0 { text.append(Unicode.Scalar(byte)) }
    return String(text)
}
