import CCrypto

/// A private key of Ed25519 (RFC 8032), with which the box signs.
public struct SigningKey: Sendable {
    /// The bytes of a seed.
    static let seedLength = Int(CCRYPTO_SEED)

    /// The bytes that nobody else may know.
    let seed: [UInt8]
    /// The key by which others check.
    public let checking: CheckingKey

    /// Makes a new one.
    ///
    /// - Throws: `SigningError` where libcrypto is missing.
    public init() throws(SigningError) {
        // Swift's own generator takes them from the kernel: nobody can guess them.
        try self.init(seed: (0..<Self.seedLength).map { _ in UInt8.random(in: .min ... .max) })
    }

    /// Makes the one of a seed of 32 bytes.
    ///
    /// - Throws: `SigningError` where libcrypto is missing.
    public init(seed: [UInt8]) throws(SigningError) {
        precondition(seed.count == Self.seedLength, "a seed has 32 bytes")
        var key = [UInt8](repeating: 0, count: Int(CCRYPTO_KEY))
        guard ccrypto_key(seed, &key) else { throw SigningError.isMissing }
        self.seed = seed
        checking = CheckingKey(bytes: key)
    }

    /// The 64 bytes of the signature of a text.
    ///
    /// - Throws: `SigningError` where libcrypto is missing.
    func sign(_ text: [UInt8]) throws(SigningError) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: Int(CCRYPTO_SIGNATURE))
        guard ccrypto_sign(seed, text, text.count, &signature) else { throw SigningError.isMissing }
        return signature
    }
}

/// A public key of Ed25519, by which a signature is checked.
public struct CheckingKey: Sendable, Hashable, CustomStringConvertible {
    /// The bytes of a signature.
    static let signatureLength = Int(CCRYPTO_SIGNATURE)

    /// Its 32 bytes.
    let bytes: [UInt8]

    fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads 64 hexadecimal digits in small letters; `nil` for anything else.
    public init?(_ text: some Collection<UInt8>) {
        guard let bytes = Hexadecimal.bytes(text, count: Int(CCRYPTO_KEY)) else { return nil }
        self.bytes = bytes
    }

    /// As 64 hexadecimal digits in small letters.
    public var description: String { Hexadecimal.text(bytes) }

    /// True when a signature of 64 bytes is this key's over a text.
    func accepts(_ signature: [UInt8], of text: [UInt8]) -> Bool {
        signature.count == Self.signatureLength && ccrypto_verify(bytes, text, text.count, signature)
    }
}
