import MeterNotation

/// The reason why bytes are no document of the expected format, as the end of a sentence about the sender.
public enum DocumentError: Error, Hashable, CustomStringConvertible {
    /// Nothing came, or only white space.
    case empty
    /// A page of HTML instead: a login, or an error with the status of success.
    case webPage
    /// The document ends in the middle: the sender was cut off, or is still writing.
    case truncated
    /// The fault and the byte at which it stands, from 0.
    case malformed(String, at: Int)
    /// The document declares entities, which no meter needs and an attacker would use to fill the memory.
    case entities
    /// More of something than any meter sends: what, in the plural, and the most that is read.
    case tooMuch(String, Int)
    /// libxml2 is not installed, without which there is neither XML nor HTML.
    case noLibrary

    /// A sentence's end such as `it sent nothing`; it names the remedy where there is one.
    public var description: String { said(sentence) }

    private var sentence: Phrase {
        switch self {
        case .empty: "it sent nothing"
        case .webPage: "it sent a web page instead of data; does it ask for a password, and is the address right?"
        case .truncated: "what it sent ends in the middle"
        case .malformed(let what, let place): "what it sent cannot be read: \(what) at byte \(place)"
        case .entities: "what it sent declares entities, which is refused"
        case .tooMuch(let what, let most): "what it sent has more than \(most) \(what), which is not read"
        case .noLibrary: "XML needs libxml2; install it with: sudo apt install libxml2"
        }
    }
}
