/// A JSON document; numbers stay as they are written, so that none loses a digit.
enum JSONValue: Sendable {
    case null
    case boolean(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    /// The members in their order; of equal names the first counts.
    case object([(name: String, value: JSONValue)])
}
