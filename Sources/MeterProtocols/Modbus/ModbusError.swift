import MeterNotation

/// The reason why a request brought no values, as a sentence.
public enum ModbusError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The device answered, and refused with an exception.
    case refused(ModbusException)
    /// The bytes are no answer to this request: another function, another length, or an object that makes no sense.
    case malformed(String)

    /// A sentence that can follow the device's name and a colon.
    public var description: String { said(sentence) }

    private var sentence: Phrase {
        switch self {
        case .refused(let exception): "the device refused: \(exception)"
        case .malformed(let what): "the answer is not one to this request: \(what)"
        }
    }
}
