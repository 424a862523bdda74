/// Why a meter's total could not be made what its display shows.
public enum AlignmentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The source of this name measures, and counts nothing.
    case noTotal(String)
    /// What the meter of this name counts is not known yet.
    case neverRead(String)
    /// The disk did not take the new total.
    case notSaved(DiskError)

    public var description: String {
        switch self {
        case .noTotal(let name): "\(name) is a thermometer and has no total"
        case .neverRead(let name):
            "\(name) was never read: what its chip counts must be known first; start the daemon"
        case .notSaved(let error): "\(error)"
        }
    }
}
