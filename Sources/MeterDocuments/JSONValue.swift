/// A JSON document; numbers stay as they are written, so that none loses a digit.
public enum JSONValue: Sendable {
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

extension JSONValue {
    /// The document in UTF-8 bytes of a file that somebody chose, which may be larger than what devices send.
    ///
    /// - Parameters:
    ///   - bytes: exactly one JSON value.
    ///   - limit: the most values that it may have.
    ///   - shortening: makes less of an object as soon as it is read, so that a long list of them needs little memory.
    /// - Returns: the value.
    /// - Throws: `DocumentError`: truncated, malformed, or too much.
    public static func read(
        _ bytes: [UInt8],
        atMost limit: Int,
        shortening: @escaping (JSONValue) -> JSONValue
    ) throws(DocumentError) -> JSONValue {
        try JSONReader.read(bytes, atMost: limit, shortening: shortening)
    }

    /// The text of a text, a number or a boolean; empty for `null`; `nil` for a list or an object.
    public var scalar: String? {
        switch self {
        case .null: ""
        case .boolean(let value): "\(value)"
        case .number(let text), .string(let text), .unreadable(let text): text
        case .array, .object: nil
        }
    }
}
