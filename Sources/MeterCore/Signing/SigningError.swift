import MeterNotation

/// The reason for which nothing can be signed or checked.
public struct SigningError: Error, Sendable, CustomStringConvertible {
    /// OpenSSL's library is not on this machine.
    static var isMissing: SigningError {
        SigningError(description: said("libcrypto.so.3 is missing, which signs: sudo apt-get install libssl3"))
    }

    /// The sentence for a person.
    public let description: String
}
