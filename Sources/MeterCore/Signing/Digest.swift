import CCrypto
import MeterNotation

/// A SHA-256 (FIPS 180-4), by which a text is known again.
public struct Digest: Sendable, Hashable, CustomStringConvertible {
    /// Its bytes.
    static let length = Int(CCRYPTO_DIGEST)
    /// Stands where there is no text before: no text has it, as far as anybody knows.
    public static let none = Digest()

    /// In place, since a check of a year keeps 35 000 of them.
    private var words = SIMD4<UInt64>()

    private init() {}

    /// Computes that of a text.
    ///
    /// - Throws: `SigningError` where libcrypto is missing.
    public init(of text: [UInt8]) throws(SigningError) {
        let isMade = withUnsafeMutableBytes(of: &words) { place in
            place.withMemoryRebound(to: UInt8.self) { bytes in
                bytes.baseAddress.map { ccrypto_digest(text, text.count, $0) } ?? false
            }
        }
        guard isMade else { throw SigningError.isMissing }
    }

    /// Reads 64 hexadecimal digits in small letters; `nil` for anything else.
    public init?(_ text: some Collection<UInt8>) {
        guard let bytes = Hexadecimal.bytes(text, count: Self.length) else { return nil }
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    }

    /// As 64 hexadecimal digits in small letters.
    public var description: String { withUnsafeBytes(of: words) { Hexadecimal.text([UInt8]($0)) } }
}
