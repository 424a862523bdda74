import MeterNotation

/// An inverter's answer to a question.
public enum AuroraAnswer: Sendable, Equatable {
    /// The states of command 50.
    case state(AuroraState)
    /// A measured value of command 59, in the unit of its measure.
    case value(Float)
    /// A counter in Wh, or the clock in seconds since 2000, local time.
    case number(UInt32)
    /// Letters of an identity: 6 of the numbers, 4 of version, firmware and date.
    case text(String)
    /// The last four alarms.
    case alarms([AuroraAlarm])
    /// A transmission state other than 0: the inverter does not answer the question.
    case refused(AuroraRefusal)

    /// The length of every answer, in bytes; it carries neither an address nor a length.
    public static let length = 8

    /// The judgement of the bytes that came after a request.
    public enum Judgement: Sendable, Equatable {
        /// Less than an answer, so far.
        case incomplete
        /// Noise before the answer, and its length in bytes.
        case noise(Int)
        /// An answer, and nothing else that can be one.
        case complete
        /// No answer, with the reason in words.
        case wrong(String)
    }

    /// The most bytes of noise before an answer; after more the next try is the better hope.
    private static let mostNoise = 16

    /// Looks for an answer in what came after a request.
    ///
    /// An answer says neither whose it is nor what it answers. So two of them at once are none, unless they are the same:
    /// one is a late answer to an earlier question, or two inverters have the same address. Less than an answer behind it
    /// is noise, such as the zero that some converters add when they let go of the line.
    public static func judge(_ bytes: ArraySlice<UInt8>) -> Judgement {
        guard bytes.count >= length else { return .incomplete }
        for start in bytes.indices.dropLast(length - 1).prefix(mostNoise)
        where AuroraChecksum.isRight(bytes[start..<(start + length)]) {
            if start > bytes.startIndex { return .noise(start - bytes.startIndex) }
            let answer = bytes[..<(start + length)]
            let rest = bytes[(start + length)...]
            let isRepeated = rest.starts(with: answer)
            if (isRepeated ? rest.dropFirst(length) : rest).count < length { return .complete }
            return .wrong(said("more came than one answer; do two inverters have this address?"))
        }
        if bytes.count >= length + mostNoise { return .wrong(said("no answer with a right checksum came")) }
        return .incomplete
    }

    /// Decodes the eight bytes of an answer: transmission state, global state, four of data and the checksum.
    ///
    /// The letters of commands 52 and 63 fill the place of both states, too.
    ///
    /// - Parameters:
    ///   - bytes: the answer.
    ///   - question: the question that was asked last.
    /// - Returns: the answer, or the inverter's refusal.
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

    /// The printable letters of a text, zeros left out.
    private static func text(_ bytes: ArraySlice<UInt8>) throws(AuroraError) -> String {
        guard bytes.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0 }) else { throw .noText }
        return String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self)
    }
}

/// An inverter's reason for not answering a question: its transmission state.
public enum AuroraRefusal: UInt8, Sendable, CaseIterable {
    /// The command is unknown to this model.
    case notImplemented = 51
    /// The measure or the counter is unknown to this model.
    case noSuchVariable = 52
    /// An argument is out of range.
    case valueOutOfRange = 53
    /// The inverter cannot read its EEPROM.
    case memoryNotAccessible = 54
    /// The command needs the service mode.
    case serviceModeNotToggled = 55
    /// The inverter's inner processor does not answer.
    case internalProcessorSilent = 56
    /// The inverter did not carry out the command.
    case notExecuted = 57
    /// The value is not available now; it may be later.
    case notAvailable = 58

    /// True when the inverter will never answer this question.
    public var isForGood: Bool { self == .notImplemented || self == .noSuchVariable }
}

/// The reason why bytes are not the answer to a question.
public enum AuroraError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The length or the checksum is wrong.
    case damaged
    /// A transmission state that the document does not have.
    case unknownTransmissionState(UInt8)
    /// A value outside of its measure's range: the measure's name and the value.
    case impossible(String, String)
    /// A byte that is no printable letter, where letters should be.
    case noText

    /// A sentence about the bytes.
    public var description: String { said(sentence) }

    private var sentence: Phrase {
        switch self {
        case .damaged: "the checksum is wrong"
        case .unknownTransmissionState(let state): "there is no transmission state \(state)"
        case .impossible(let what, let value): "\(what) cannot be \(value)"
        case .noText: "it is no text"
        }
    }
}
