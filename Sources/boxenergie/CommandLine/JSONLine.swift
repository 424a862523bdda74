import FoundationEssentials

/// A value as JSON in one line, its members sorted by their names.
///
/// The order makes two lines comparable; slashes are left as they are.
///
/// - Parameter value: the value.
/// - Returns: the line, without a line feed.
/// - Throws: an `EncodingError` for a value that JSON has not, such as a number that is infinite.
func jsonLine(_ value: any Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
