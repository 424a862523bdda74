/// How a value lies in its registers.
public enum RegisterType: String, Sendable, Hashable, CaseIterable {
    case bit, int16, uint16, int32, uint32, int48, uint48, int64, uint64, float32, float64
    /// Four decimal digits a register.
    case bcd16, bcd32
    case string

    /// How many registers it takes; `nil` for a text, which has a length of its own.
    public var registers: Int? {
        switch self {
        case .bit, .int16, .uint16, .bcd16: 1
        case .int32, .uint32, .float32, .bcd32: 2
        case .int48, .uint48: 3
        case .int64, .uint64, .float64: 4
        case .string: nil
        }
    }

    var isSigned: Bool { self == .int16 || self == .int32 || self == .int48 || self == .int64 }
}

/// The order of the bytes of a value of several registers, the highest being A.
public enum WordOrder: String, Sendable, Hashable, CaseIterable {
    /// High register first, as most devices do.
    case abcd = "ABCD"
    /// Low register first.
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

/// What registers hold.
public enum RegisterValue: Sendable, Hashable {
    case integer(Int64)
    case number(Double)
    case text(String)
}

/// A value in a device: where it lies, and what its registers mean.
public struct RegisterLayout: Sendable, Hashable {
    public var span: ModbusSpan
    public var type: RegisterType
    public var order: WordOrder
    /// The bits that stand for "there is no value", as wide as the type.
    public var missing: UInt64?

    public init(_ span: ModbusSpan, _ type: RegisterType, order: WordOrder = .abcd, missing: UInt64? = nil) {
        self.span = span
        self.type = type
        self.order = order
        self.missing = missing
    }

    /// The value in as many registers as the span has.
    ///
    /// - Returns: `nil` when the device says that there is none, or when the digits or the number make no sense.
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
        if let missing, bits << unused == missing << unused { return nil }
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

    private static func finite(_ number: Double) -> RegisterValue? { number.isFinite ? .number(number) : nil }

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
