/// A meter that is read with a token, which may end some day.
public protocol ExpiringSource: MeterSource {
    /// The end of its token in seconds since 1970; `nil` when it needs none, or one that tells no end.
    ///
    /// - Throws: `SecretError` when the token cannot be read.
    func tokenEnd() async throws -> Int64?
}

extension ExpiringSource {
    public var expiring: (any ExpiringSource)? { self }
}

/// The life of a token, for those who get the next one.
public enum TokenLife {
    /// The seconds before its end from which that is said: 30 days.
    public static let warning: Int64 = 30 * 86_400
}
