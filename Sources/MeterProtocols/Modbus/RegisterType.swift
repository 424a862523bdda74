/// The type of a value in its registers; the raw value is the configuration's word.
public enum RegisterType: String, Sendable, Hashable, CaseIterable {
    /// Numbers, the width in bits: `bit` takes a whole entry, `float32` and `float64` are IEEE 754.
    case bit, int16, uint16, int32, uint32, int48, uint48, int64, uint64, float32, float64
    /// Four decimal digits a register, a half byte each.
    case bcd16, bcd32
    /// A text, two bytes a register.
    case string

    /// The number of registers that it takes, 1...4; `nil` for a text, which has a length of its own.
    public var registers: Int? {
        switch self {
        case .bit, .int16, .uint16, .bcd16: 1
        case .int32, .uint32, .float32, .bcd32: 2
        case .int48, .uint48: 3
        case .int64, .uint64, .float64: 4
        case .string: nil
        }
    }

    /// True for whole numbers with a sign, in two's complement.
    var isSigned: Bool { self == .int16 || self == .int32 || self == .int48 || self == .int64 }
}

/// The order of the bytes of a value of several registers, the highest being A.
///
/// Modbus fixes the order of the bytes in a register, not of the registers: makers differ. A voltage or a frequency
/// that makes sense shows that the order is right.
public enum WordOrder: String, Sendable, Hashable, CaseIterable {
    /// High register first, as most devices do.
    case abcd = "ABCD"
    /// Low register first, such as the whole numbers of Carlo Gavazzi.
    case cdab = "CDAB"
    /// High register first, low byte first.
    case badc = "BADC"
    /// All bytes from the lowest on.
    case dcba = "DCBA"

    /// The registers with the highest first and each with its high byte first.
    func ordered(_ words: ArraySlice<UInt16>) -> [UInt16] {
        switch self {
        case .abcd: Array(words)
        case .cdab: words.reversed()
        case .badc: words.map(\.byteSwapped)
        case .dcba: words.reversed().map(\.byteSwapped)
        }
    }
}

/// The value that registers hold.
public enum RegisterValue: Sendable, Hashable {
    /// A whole number of any of the whole types and of decimal digits.
    case integer(Int64)
    /// A floating-point number, finite; also a whole one beyond 63 bits.
    case number(Double)
    /// A text that is not empty.
    case text(String)
}

/// The layout of a value in a device: its place, and the meaning of its registers.
public struct RegisterLayout: Sendable, Hashable {
    /// The registers or the bit.
    public var span: ModbusSpan
    /// The type of the value.
    public var type: RegisterType
    /// The order of the bytes; without meaning for a value of one register, except that its bytes may be swapped.
    public var order: WordOrder
    /// The bits that each stand for "there is no value", as wide as the type, such as 0x8000; empty when none do.
    public var missing: [UInt64]

    /// A layout; the defaults are the order of most devices, and no mark for a missing value.
    public init(_ span: ModbusSpan, _ type: RegisterType, order: WordOrder = .abcd, missing: [UInt64] = []) {
        self.span = span
        self.type = type
        self.order = order
        self.missing = missing
    }

    /// Decodes the value from as many registers as the span has.
    ///
    /// - Returns: `nil` when the device says that there is none, when a digit is none, or when the number is not
    ///   finite.
    public func value(_ words: ArraySlice<UInt16>) -> RegisterValue? {
        guard words.count == span.count else { return nil }
        let ordered = order.ordered(words)
        if type == .string {
            // Of a text only the bytes within a register can be swapped: its registers follow each other.
            let swapped = order == .badc || order == .dcba
            let text = readableText(
                words.flatMap { word -> [UInt8] in
                    let word = swapped ? word.byteSwapped : word
                    return [UInt8(word >> 8), UInt8(truncatingIfNeeded: word)]
                }
            )
            return text.isEmpty ? nil : .text(text)
        }
        guard ordered.count == type.registers else { return nil }
        let bits = ordered.reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        let unused = UInt64(64 - 16 * ordered.count)
        if missing.contains(where: { bits << unused == $0 << unused }) { return nil }
        switch type {
        case .bit: return .integer(bits == 0 ? 0 : 1)
        case .float32: return Self.number(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case .float64: return Self.finite(Double(bitPattern: bits))
        case .bcd16, .bcd32: return Self.decimal(bits, digits: 4 * ordered.count)
        case _ where type.isSigned: return .integer(Int64(bitPattern: bits << unused) >> Int64(unused))
        default: return Int64(exactly: bits).map { .integer($0) } ?? .number(Double(bits))
        }
    }

    /// The shortest decimal number that the device can have meant: 4.2, and not 4.199999809265137.
    private static func number(_ number: Float) -> RegisterValue? { Double("\(number)").flatMap { finite($0) } }

    /// The number, if it is neither infinite nor NaN, which devices send for "no value".
    private static func finite(_ number: Double) -> RegisterValue? { number.isFinite ? .number(number) : nil }

    /// The number of half bytes that must be decimal digits.
    private static func decimal(_ bits: UInt64, digits: Int) -> RegisterValue? {
        var value: Int64 = 0
        for place in (0..<digits).reversed() {
            let digit = Int64(bits >> UInt64(4 * place) & 0xF)
            guard digit < 10 else { return nil }
            value = value * 10 + digit
        }
        return .integer(value)
    }
}
