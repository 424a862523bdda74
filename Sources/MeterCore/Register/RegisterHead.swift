/// The content of a record that begins something: the box, the key that signs from here on, and of a break its reason.
///
///     format=1 box=k7f39-x2m4t key=HEX reason=restored
public struct RegisterHead: Sendable, Hashable {
    /// The reasons for a break.
    public enum Reason: String, Sendable, CaseIterable {
        /// The state came back from a backup: what was written after that is not known here.
        case restored
        /// The box goes on in another machine, or its card was copied: the other one may go on, too.
        case machine
        /// The box got another identity.
        case renewed
        /// The last record was not as it was signed.
        case damaged
        /// The private key was gone.
        case key
        /// The records were gone, and the key was there.
        case lost
        /// The clock had been ahead by more than an hour.
        case clock
    }

    /// The version of the format.
    static let format = "format=1"

    /// The box's identity.
    public var box: String
    /// The key by which the signatures from here on are checked.
    public var key: CheckingKey
    /// The reason of a break; `nil` for other records.
    public var reason: Reason?

    init(box: String, key: CheckingKey, reason: Reason? = nil) {
        (self.box, self.key, self.reason) = (box, key, reason)
    }

    /// Reads the content of a record; `nil` when it has another form, or is of another version.
    public init?(_ record: RegisterRecord) {
        let words = record.content.split(separator: " ", omittingEmptySubsequences: false)
        guard record.kind.isHead, words.count == (record.kind == .break ? 4 : 3), words[0] == Self.format,
            words[1].hasPrefix("box="), words[1].count > 4, words[2].hasPrefix("key="),
            let key = CheckingKey(words[2].utf8.dropFirst(4))
        else { return nil }
        box = String(words[1].dropFirst(4))
        self.key = key
        guard record.kind == .break else { return }
        guard words[3].hasPrefix("reason="), let reason = Reason(rawValue: String(words[3].dropFirst(7))) else {
            return nil
        }
        self.reason = reason
    }

    /// The content that says it.
    var content: String { "\(Self.format) box=\(box) key=\(key)" + (reason.map { " reason=\($0.rawValue)" } ?? "") }
}
