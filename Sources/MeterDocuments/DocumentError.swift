/// Why bytes are no document of the kind that was expected, as the end of a sentence about what answered.
public enum DocumentError: Error, Hashable, CustomStringConvertible {
    case empty
    /// A page of HTML instead: a login, or an error with the status of success.
    case webPage
    /// It ends in the middle.
    case truncated
    /// What is wrong, and at which byte.
    case malformed(String, at: Int)
    /// It declares entities, which no meter needs and an attacker would use.
    case entities
    /// libxml2 is not installed.
    case noLibrary

    public var description: String {
        switch self {
        case .empty: "it sent nothing"
        case .webPage: "it sent a web page instead of data; does it ask for a password, and is the address right?"
        case .truncated: "what it sent ends in the middle"
        case .malformed(let what, let place): "what it sent cannot be read: \(what) at byte \(place)"
        case .entities: "what it sent declares entities, which is refused"
        case .noLibrary: "XML needs libxml2; install it with: sudo apt install libxml2"
        }
    }
}
