import CZlib

/// Texts in zlib's format, for those that rarely are too long as they are.
enum Compression {
    /// The text, ten times smaller where it repeats itself; `nil` when zlib fails.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var count = compressBound(UInt(bytes.count))
        var result = [UInt8](repeating: 0, count: Int(count))
        guard compress2(&result, &count, bytes, UInt(bytes.count), Z_BEST_COMPRESSION) == Z_OK else { return nil }
        return Array(result.prefix(Int(count)))
    }

    /// The text of a number of bytes; `nil` for what is damaged or has another number.
    static func expand(_ bytes: [UInt8], to count: Int) -> [UInt8]? {
        var result = [UInt8](repeating: 0, count: count)
        var length = UInt(count)
        guard uncompress(&result, &length, bytes, UInt(bytes.count)) == Z_OK, length == count else { return nil }
        return result
    }
}
