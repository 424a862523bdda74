/// A user and what they may do to the database.
public struct DatabaseUser: Sendable {
    /// InfluxDB knows no finer ones: who may write may also delete points and policies.
    public enum Right: String, Sendable {
        case read = "READ"
        case write = "WRITE"
        case readAndWrite = "ALL"

        var words: String {
            switch self {
            case .read: "may read"
            case .write: "may write"
            case .readAndWrite: "may read and write"
            }
        }
    }

    public var name: String
    public var password: String
    public var right: Right

    public init(name: String, password: String, right: Right) {
        self.name = name
        self.password = password
        self.right = right
    }
}
