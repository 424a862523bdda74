/// A JSON document; numbers stay as they are written, so that none loses a digit.
enum JSONValue: Sendable {
    /// `null`: the document says that there is no value.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A number as it is written, such as `12.50` or `1e3`.
    case number(String)
    /// A text, its escapes resolved.
    case string(String)
    /// A word or a number that JSON does not know, such as `nan` or `00.0`.
    case unreadable(String)
    /// A list's elements in their order.
    case array([JSONValue])
    /// The members in their order; equal names are possible.
    case object([(name: String, value: JSONValue)])
}
