public import MeterNotation

/// The reason why a frame cannot be used, as a sentence.
public enum MBusError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A part of a record or of a header.
    public enum Part: Sendable {
        case header, dif, vif, vifText, data

        /// The part in a sentence.
        fileprivate var words: Phrase {
            switch self {
            case .header: "header"
            case .dif: "DIF"
            case .vif: "VIF"
            case .vifText: "text of a VIF"
            case .data: "data"
            }
        }
    }

    /// The frame ends within a record; the first one is record 0.
    case prematureEnd(Part, record: Int)
    /// A record with more than ten extensions.
    case tooManyExtensions(Part, record: Int)
    /// A DIF that the standard keeps for later, so that the length of its data is unknown.
    case reservedDIF(UInt8, record: Int)
    /// The records are encrypted, in this of EN 13757-7's modes.
    case encrypted(mode: Int)
    /// The frame carries no data of a meter, by its CI field.
    case notAnAnswer(information: UInt8)
    /// The meter refuses, with its reason.
    case application(MBusApplicationError)

    /// A sentence about the frame; records are numbered from 0.
    public var description: String { said(sentence) }

    private var sentence: Phrase {
        switch self {
        case .prematureEnd(.header, _): "the frame ends within its header"
        case .prematureEnd(let part, let record): "the frame ends within the \(part.words) of record \(record)"
        case .tooManyExtensions(let part, let record):
            "the \(part.words) of record \(record) has more than 10 extensions"
        case .reservedDIF(let code, let record):
            "record \(record) has the reserved DIF 0x\(hexadecimal([code])), whose length is unknown"
        case .encrypted(let mode): "the records are encrypted (mode \(mode)); such meters cannot be read"
        case .notAnAnswer(let information): "the frame with CI 0x\(hexadecimal([information])) is no answer of a meter"
        case .application(let error): "the meter refuses: \(error.words)"
        }
    }
}

/// A meter's refusal in place of an answer (CI 70), in the standard's words.
public struct MBusApplicationError: Sendable, Hashable, CustomStringConvertible {
    /// The code, 0...9 in the standard.
    public var code: UInt8

    /// A refusal of any code.
    public init(code: UInt8) { self.code = code }

    public var description: String { words.english }

    /// True when the meter answers if it is asked later.
    public var isBusy: Bool { code == 8 }

    /// The refusal in the standard's words, which JSON has in English.
    public var words: Phrase {
        switch code {
        case 0: "unspecified error"
        case 1: "unimplemented CI field"
        case 2: "buffer too long, truncated"
        case 3: "too many records"
        case 4: "premature end of record"
        case 5: "more than 10 DIFE"
        case 6: "more than 10 VIFE"
        case 8: "application busy"
        case 9: "too many readouts"
        default: "error 0x\(hexadecimal([code]))"
        }
    }
}
