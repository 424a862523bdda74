/// Why a request brought no values.
public enum ModbusError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The device answered, and refused.
    case refused(ModbusException)
    /// What came is no answer to this request.
    case malformed(String)

    public var description: String {
        switch self {
        case .refused(let exception): "the device refused: \(exception)"
        case .malformed(let what): "the answer is not one to this request: \(what)"
        }
    }
}
