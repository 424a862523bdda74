public import MeterNotation

/// A question to a device: to read, and nothing else.
///
/// Modbus application protocol v1.1b3: functions 1 to 4 and 43/14.
public enum ModbusRequest: Sendable, Hashable, CustomStringConvertible {
    /// Neighbouring entries of a table.
    case read(ModbusSpan)
    /// The basic identification (function 43/14) from an object on: 0 maker, 1 product, 2 revision.
    case identify(from: UInt8)

    /// The function code, the first byte of the request and of its answer.
    public var function: UInt8 {
        switch self {
        case .read(let span): span.table.rawValue
        case .identify: 0x2B
        }
    }

    /// The bytes of the request, without the framing of a serial line or a network; numbers have their high byte first.
    public var bytes: [UInt8] {
        switch self {
        case .read(let span):
            [
                function, UInt8(truncatingIfNeeded: span.address >> 8), UInt8(truncatingIfNeeded: span.address),
                UInt8(truncatingIfNeeded: span.count >> 8), UInt8(truncatingIfNeeded: span.count),
            ]
        case .identify(let object): [function, 0x0E, 0x01, object]
        }
    }

    /// The question in English, such as `10 registers at 40000`.
    public var description: String { words.english }

    /// The question for a person.
    public var words: Phrase {
        switch self {
        case .read(let span) where span.table.holdsBits: "\(span.count) bits at \(span.address)"
        case .read(let span): "\(span.count) registers at \(span.address)"
        case .identify: "its identification"
        }
    }

    /// The length of the answer that begins with these bytes.
    ///
    /// - Returns: `nil` when the bytes cannot be an answer to this request, 0 when there are too few to tell.
    func answerLength(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = bytes.first else { return 0 }
        if first == function | 0x80 { return 2 }
        guard first == function else { return nil }
        switch self {
        case .read(let span):
            guard bytes.count > 1 else { return 0 }
            let data = span.table.holdsBits ? (span.count + 7) / 8 : span.count * 2
            return Int(bytes[bytes.startIndex + 1]) == data ? data + 2 : nil
        case .identify: return ModbusIdentification.length(bytes)
        }
    }

    /// Decodes an answer, without the framing around it.
    ///
    /// - Throws: `.refused` when it is an exception, `.malformed` when it does not fit the request.
    public func answer(_ bytes: [UInt8]) throws(ModbusError) -> ModbusAnswer {
        guard let length = answerLength(bytes[...]) else {
            throw .malformed(
                said("it begins with \(hexadecimal(bytes.prefix(4))) after a request for function \(function)")
            )
        }
        guard length > 0, bytes.count == length else {
            throw .malformed(said("it has \(bytes.count) bytes and should have \(max(length, 2))"))
        }
        if bytes[0] != function { throw .refused(ModbusException(code: bytes[1])) }
        switch self {
        case .read(let span) where span.table.holdsBits:
            return .bits((0..<span.count).map { bytes[2 + $0 / 8] >> UInt8($0 % 8) & 1 == 1 })
        case .read(let span):
            return .registers((0..<span.count).map { UInt16(bytes[2 + 2 * $0]) << 8 | UInt16(bytes[3 + 2 * $0]) })
        case .identify: return .identification(ModbusIdentification(bytes))
        }
    }
}

/// A device's answer to a request.
public enum ModbusAnswer: Sendable, Hashable {
    /// Registers in the order of their addresses.
    case registers([UInt16])
    /// Bits in the order of their addresses.
    case bits([Bool])
    /// The texts of function 43/14.
    case identification(ModbusIdentification)

    /// The entries as registers; a bit is 0 or 1, an identification has none.
    public var words: [UInt16] {
        switch self {
        case .registers(let words): words
        case .bits(let bits): bits.map { $0 ? 1 : 0 }
        case .identification: []
        }
    }
}
