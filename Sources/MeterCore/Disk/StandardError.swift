import Glibc

/// The place for a program's complaints: the journal, or a person's terminal.
public enum StandardError {
    /// Writes a text as it is, at one go; what cannot be written is lost.
    public static func write(_ text: String) {
        let bytes = [UInt8](text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
