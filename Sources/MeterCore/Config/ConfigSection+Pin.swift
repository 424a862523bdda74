public import MeterNotation

extension ConfigSection {
    /// The SHA-256 of a server's public key in base64, by which alone it is known; `nil` when it is left out.
    ///
    /// - Parameters:
    ///   - key: the setting, `pin`.
    ///   - others: settings on certificates, which have no effect beside it.
    ///   - help: a sentence for the household.
    /// - Returns: 44 characters, as libcurl takes them.
    public func pinnedKey(_ key: String, besides others: [String], _ help: Phrase) -> String? {
        guard let pin = optionalString(key, help) else { return nil }
        if !isPin(pin) { report("expected 44 characters of base64, as the README says how to get them", at: key) }
        for other in others where contains(other) { report("with pin it has no effect", at: other) }
        return pin
    }
}

/// True for 32 bytes in base64.
public func isPin(_ text: String) -> Bool { text.utf8.count == 44 && text.hasSuffix("=") }
