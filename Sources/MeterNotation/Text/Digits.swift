extension BinaryInteger {
    /// A number that is not negative, with zeros before it up to a count of digits; longer ones stay whole.
    ///
    /// - Parameters:
    ///   - count: the fewest digits.
    ///   - radix: 2 to 36.
    ///   - uppercase: letters above 9 are capitals.
    /// - Returns: the digits.
    public func digits(_ count: Int, radix: Int = 10, uppercase: Bool = false) -> String {
        let text = String(self, radix: radix, uppercase: uppercase)
        return String(repeating: "0", count: Swift.max(0, count - text.utf8.count)) + text
    }
}

/// Bytes as two hexadecimal digits each, for a person: `01 03 0A`.
///
/// - Parameters:
///   - bytes: in the order in which they are written.
///   - separator: what stands between them.
/// - Returns: the text.
public func hexadecimal(_ bytes: some Sequence<UInt8>, separator: String = " ") -> String {
    bytes.map { $0.digits(2, radix: 16, uppercase: true) }.joined(separator: separator)
}
