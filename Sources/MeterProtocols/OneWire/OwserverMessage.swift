import MeterNotation

/// A question to owserver, the server of OWFS for 1-Wire devices, and its answers.
///
/// Both begin with six numbers of 32 bits, the highest byte first: version, length of the rest, type or return code,
/// flags, size and offset. A length of -1 is a sign of life while the bus is busy, and says nothing. There is no
/// question here that writes.
public enum OwserverQuestion: Sendable, Hashable {
    /// The value of a property, such as `/uncached/1D.AABBCCDDEEFF/counter.A`.
    case read(String)
    /// The entries of a directory, `/` for the bus, in one answer (`dirall`).
    case directory(String)

    /// Temperatures in °C, devices as `family.number`, and the connection to be kept open.
    private static let flags: UInt32 = 0x0000_010E
    /// The bytes of a value that are asked for at most.
    private static let largestAnswer: UInt32 = 8192

    /// The bytes to send.
    public var request: [UInt8] {
        let (type, path): (UInt32, String) =
            switch self {
            case .read(let path): (2, path)
            case .directory(let path): (7, path)
            }
        let payload = [UInt8](path.utf8) + [0]
        return [0, UInt32(payload.count), type, Self.flags, Self.largestAnswer, 0].flatMap(bigEndian) + payload
    }
}

/// An answer of owserver.
public enum OwserverAnswer: Sendable, Equatable {
    /// A value, or the entries of a directory separated by commas.
    case text(String)
    /// The code of a failure, below zero: no such device or property at the moment, or it could not be read.
    case failed(Int)

    /// Bytes of the six numbers.
    static let headerLength = 24
    /// The longest answer that is believed, in bytes.
    private static let longestPayload = 65_536

    /// The judgement of bytes.
    public enum Judgement: Sendable, Equatable {
        /// The answer's end has not come.
        case incomplete
        /// A sign of life, and its length in bytes.
        case pause(Int)
        /// An answer, and its length in bytes.
        case complete(Int)
        /// No answer of owserver, with the reason in words.
        case wrong(String)
    }

    /// Looks for an answer at the beginning of what came.
    public static func judge(_ bytes: ArraySlice<UInt8>) -> Judgement {
        guard bytes.count >= headerLength else { return .incomplete }
        guard number(bytes, 0) == 0 else {
            return .wrong(said("this is not how owserver answers; is it another program?"))
        }
        let length = number(bytes, 1)
        if length < 0 { return .pause(headerLength) }
        guard length <= longestPayload else { return .wrong(said("an answer of \(length) bytes is announced")) }
        return bytes.count >= headerLength + length ? .complete(headerLength + length) : .incomplete
    }

    /// Decodes a whole answer, header included; `nil` when it is none.
    public init?(_ bytes: ArraySlice<UInt8>) {
        guard case .complete(let count) = Self.judge(bytes), count == bytes.count else { return nil }
        let code = Self.number(bytes, 2)
        guard code >= 0 else {
            self = .failed(code)
            return
        }
        let payload = bytes.dropFirst(Self.headerLength)
        let size = min(max(Self.number(bytes, 4), 0), payload.count)
        let text = payload.prefix(size).filter { $0 != 0 }
        self = .text(String(decoding: text, as: UTF8.self))
    }

    /// One of the six numbers by its place, with its sign.
    private static func number(_ bytes: ArraySlice<UInt8>, _ place: Int) -> Int {
        let start = bytes.startIndex + 4 * place
        return Int(Int32(bitPattern: bytes[start..<(start + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }))
    }
}

private func bigEndian(_ number: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
