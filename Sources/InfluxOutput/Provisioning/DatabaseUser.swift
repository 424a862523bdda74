import MeterNotation

/// A user and the right to the database.
public struct DatabaseUser: Sendable {
    /// One right to a whole database, as `GRANT` names it.
    ///
    /// InfluxDB knows no finer ones: who may write may also delete points and policies.
    public enum Right: String, Sendable {
        case read = "READ"
        case write = "WRITE"
        case readAndWrite = "ALL"

        /// The right after a user's name, in a sentence.
        var words: Phrase {
            switch self {
            case .read: "may read"
            case .write: "may write"
            case .readAndWrite: "may read and write"
            }
        }
    }

    /// The name at the server.
    public var name: String
    /// The password in plain text, which nobody may print.
    public var password: String
    /// The right that is granted, and no other.
    public var right: Right

    public init(name: String, password: String, right: Right) {
        self.name = name
        self.password = password
        self.right = right
    }
}
