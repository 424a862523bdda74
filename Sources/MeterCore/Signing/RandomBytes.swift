import CCrypto

/// Bytes that nobody can guess.
public enum RandomBytes {
    /// Makes some.
    ///
    /// - Throws: `SigningError` where the kernel has none.
    public static func make(_ count: Int) throws(SigningError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard ccrypto_random(&bytes, count) else { throw SigningError.isPredictable }
        return bytes
    }
}
