public import MeterNotation

/// A question to an inverter.
///
/// Power-One "Aurora Inverter Series, Communication Protocol" rel. 4.2.
///
/// There is no question that changes anything; in particular none that sets the clock, since that clears the counters.
public enum AuroraQuestion: Sendable, Hashable, CustomStringConvertible {
    /// The states and the alarm of now (command 50).
    case state
    /// The part number, 6 letters (52).
    case partNumber
    /// The model and its kind, 4 letters (58).
    case version
    /// A measured value (59) of the module, or of the whole plant where the inverter is the master of several.
    case measure(AuroraMeasure, isGlobal: Bool)
    /// The serial number, 6 letters (63).
    case serialNumber
    /// The week and the year of manufacture, 2 digits each (65).
    case manufacturingDate
    /// The inverter's clock (70).
    case time
    /// The version of the firmware, such as `C006` (72).
    case firmware
    /// A counter in Wh (78).
    case energy(AuroraCounter)
    /// The last four alarms (86), which the inverter forgets by telling them.
    case lastAlarms

    /// The length of every request, in bytes.
    public static let length = 10

    /// The request to an inverter: address, command, arguments and checksum.
    ///
    /// - Parameter address: the address set on the inverter's display, 2...63.
    /// - Returns: the bytes to send.
    public func request(to address: UInt8) -> [UInt8] {
        var bytes = [address, command, 0, 0, 0, 0, 0, 0]
        switch self {
        case .measure(let measure, let isGlobal):
            bytes[2] = measure.rawValue
            bytes[3] = isGlobal ? 1 : 0
        case .energy(let counter): bytes[2] = counter.rawValue
        default: break
        }
        return bytes + AuroraChecksum.of(bytes)
    }

    private var command: UInt8 {
        switch self {
        case .state: 50
        case .partNumber: 52
        case .version: 58
        case .measure: 59
        case .serialNumber: 63
        case .manufacturingDate: 65
        case .time: 70
        case .firmware: 72
        case .energy: 78
        case .lastAlarms: 86
        }
    }

    /// Reads a request that was heard on a line.
    ///
    /// - Returns: the question and the inverter's address; `nil` when it is none that this program asks.
    public static func read(_ bytes: ArraySlice<UInt8>) -> (question: AuroraQuestion, address: UInt8)? {
        guard bytes.count == length, AuroraChecksum.isRight(bytes) else { return nil }
        let start = bytes.startIndex
        let argument = bytes[start + 2]
        let question: AuroraQuestion?
        switch bytes[start + 1] {
        case 50: question = .state
        case 52: question = .partNumber
        case 58: question = .version
        case 59: question = AuroraMeasure(rawValue: argument).map { .measure($0, isGlobal: bytes[start + 3] == 1) }
        case 63: question = .serialNumber
        case 65: question = .manufacturingDate
        case 70: question = .time
        case 72: question = .firmware
        case 78: question = AuroraCounter(rawValue: argument).map { .energy($0) }
        case 86: question = .lastAlarms
        default: question = nil
        }
        return question.map { ($0, bytes[start]) }
    }

    /// The question for programs: in English, measures and counters under their names here.
    public var description: String {
        switch self {
        case .measure(let measure, let isGlobal): "\(measure)" + (isGlobal ? " of the plant" : "")
        case .energy(let counter): "energy, \(counter)"
        default: words.english
        }
    }

    /// The question for a person.
    public var words: Phrase {
        switch self {
        case .state: "its state"
        case .partNumber: "its part number"
        case .version: "its version"
        case .measure(let measure, true): "\(measure.words) of the plant"
        case .measure(let measure, false): measure.words
        case .serialNumber: "its serial number"
        case .manufacturingDate: "its date of manufacture"
        case .time: "its clock"
        case .firmware: "its firmware"
        case .energy(let counter): counter.words
        case .lastAlarms: "its last alarms"
        }
    }
}
