import CCrypto
import MeterNotation

/// A SHA-256 (FIPS 180-4), by which a text is known again.
public struct Digest: Sendable, Hashable, CustomStringConvertible {
    /// Its bytes.
    static let length = Int(CCRYPTO_DIGEST)
    /// Stands where there is no text before: no text has it, as far as anybody knows.
    public static let none = Digest(bytes: [UInt8](repeating: 0, count: length))

    private let bytes: [UInt8]

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Computes that of a text.
    ///
    /// - Throws: `SigningError` where libcrypto is missing.
    public init(of text: [UInt8]) throws(SigningError) {
        var bytes = [UInt8](repeating: 0, count: Self.length)
        guard ccrypto_digest(text, text.count, &bytes) else { throw SigningError.isMissing }
        self.bytes = bytes
    }

    /// Reads 64 hexadecimal digits in small letters; `nil` for anything else.
    public init?(_ text: some Collection<UInt8>) {
        guard let bytes = Hexadecimal.bytes(text, count: Self.length) else { return nil }
        self.bytes = bytes
    }

    /// As 64 hexadecimal digits in small letters.
    public var description: String { Hexadecimal.text(bytes) }
}
