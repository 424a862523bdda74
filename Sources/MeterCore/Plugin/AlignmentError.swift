import MeterNotation

/// The reason for which a meter's total could not be made what its display shows.
public enum AlignmentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The source of this name is a thermometer: it measures, and counts nothing.
    case noTotal(String)
    /// The meter of this name was never read, so that the counts of its chip are not known yet.
    case neverRead(String)
    /// The disk did not take the new total.
    case notSaved(DiskError)

    /// A sentence for the person who asked, which says what to do.
    public var description: String { said(sentence) }

    private var sentence: Phrase {
        switch self {
        case .noTotal(let name): "\(name) is a thermometer and has no total"
        case .neverRead(let name):
            "\(name) was never read: what its chip counts must be known first; start the daemon"
        case .notSaved(let error): "\(error)"
        }
    }
}
