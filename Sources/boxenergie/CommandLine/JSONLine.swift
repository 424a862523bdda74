import FoundationEssentials

/// A value as JSON in one line, its members sorted by their names.
///
/// The order makes two lines comparable; slashes are left as they are.
func jsonLine(_ value: any Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}
