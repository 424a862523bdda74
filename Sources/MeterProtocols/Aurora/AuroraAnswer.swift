/// What an inverter answered.
public enum AuroraAnswer: Sendable, Equatable {
    case state(AuroraState)
    case value(Float)
    /// Wh of a counter, or seconds since 2000 in the inverter's local time.
    case number(UInt32)
    case text(String)
    case alarms([AuroraAlarm])
    case refused(AuroraRefusal)

    /// The length of every answer; it carries neither an address nor a length.
    public static let length = 8

    /// What a stretch of bytes is, as long as it is no longer than it must be.
    public enum Judgement: Sendable, Equatable {
        case incomplete
        /// The first so many bytes are noise before the answer.
        case noise(Int)
        case complete
        case wrong(String)
    }

    /// More noise than this before an answer, and the next try is the better hope.
    private static let mostNoise = 16

    /// Looks for an answer in what came after a request.
    ///
    /// An answer does not say whose it is, nor what to. So two of them at once are none: one is a late answer to an
    /// earlier question, or two inverters have the same address.
    public static func judge(_ bytes: ArraySlice<UInt8>) -> Judgement {
        guard bytes.count >= length else { return .incomplete }
        for start in bytes.indices.dropLast(length - 1).prefix(mostNoise)
        where AuroraChecksum.isRight(bytes[start..<(start + length)]) {
            if start > bytes.startIndex { return .noise(start - bytes.startIndex) }
            if bytes.count == length { return .complete }
            return .wrong("more came than one answer; do two inverters have this address?")
        }
        if bytes.count >= length + mostNoise { return .wrong("no answer with a right checksum came") }
        return .incomplete
    }

    /// Decodes the eight bytes of an answer.
    ///
    /// - Throws: `AuroraError` when they cannot be the answer to this question.
    public static func decode(
        _ bytes: ArraySlice<UInt8>,
        to question: AuroraQuestion
    ) throws(AuroraError) -> AuroraAnswer {
        guard bytes.count == length, AuroraChecksum.isRight(bytes) else { throw .damaged }
        let bytes = [UInt8](bytes)
        switch question {
        case .partNumber, .serialNumber: return .text(try text(bytes[..<6]))
        default: break
        }
        if bytes[0] != 0 {
            guard let refusal = AuroraRefusal(rawValue: bytes[0]) else { throw .unknownTransmissionState(bytes[0]) }
            return .refused(refusal)
        }
        let number = bytes[2..<6].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        switch question {
        case .state:
            return .state(
                AuroraState(
                    global: AuroraGlobalState(rawValue: bytes[1]),
                    inverter: bytes[2],
                    converter1: bytes[3],
                    converter2: bytes[4],
                    alarm: AuroraAlarm(rawValue: bytes[5])
                )
            )
        case .measure(let measure, _):
            let value = Float(bitPattern: number)
            guard value.isFinite, measure.range.contains(value) else { throw .impossible("\(measure)", "\(value)") }
            return .value(value)
        case .energy, .time: return .number(number)
        case .version, .firmware, .manufacturingDate: return .text(try text(bytes[2..<6]))
        case .lastAlarms: return .alarms(bytes[2..<6].map { AuroraAlarm(rawValue: $0) })
        case .partNumber, .serialNumber: throw .damaged
        }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(AuroraError) -> String {
        guard bytes.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0 }) else { throw .noText }
        return String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self)
    }
}

/// Why an inverter did not answer a question: its transmission state.
public enum AuroraRefusal: UInt8, Sendable, CaseIterable {
    case notImplemented = 51
    case noSuchVariable = 52
    case valueOutOfRange = 53
    case memoryNotAccessible = 54
    case serviceModeNotToggled = 55
    case internalProcessorSilent = 56
    case notExecuted = 57
    /// Ask again later.
    case notAvailable = 58

    /// Whether the inverter will never answer this question.
    public var isForGood: Bool { self == .notImplemented || self == .noSuchVariable }
}

/// Why bytes are not the answer to a question.
public enum AuroraError: Error, Sendable, Equatable, CustomStringConvertible {
    case damaged
    case unknownTransmissionState(UInt8)
    case impossible(String, String)
    case noText

    public var description: String {
        switch self {
        case .damaged: "the checksum is wrong"
        case .unknownTransmissionState(let state): "there is no transmission state \(state)"
        case .impossible(let what, let value): "\(what) cannot be \(value)"
        case .noText: "it is no text"
        }
    }
}
