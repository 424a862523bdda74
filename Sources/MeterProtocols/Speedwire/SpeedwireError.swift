import MeterNotation

/// The reason for which a telegram of a meter cannot be used.
public enum SpeedwireError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It has fewer bytes than it says.
    case cut
    /// A value in it has a length that no meter sends: what follows cannot be told apart.
    case unknownType(UInt8)

    public var description: String {
        switch self {
        case .cut: said("a telegram is not whole")
        case .unknownType(let type): said("a telegram has a value of the unknown type \(type)")
        }
    }
}
