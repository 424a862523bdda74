import Glibc

/// A file with a new password that only its owner may read.
enum PasswordFile {
    /// Easy to read aloud: no 0 and O, no 1, l and I.
    private static let letters = Array("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)

    /// Writes 24 characters (140 bits) from the kernel, so that they outlive a power cut.
    ///
    /// - Returns: false when the file is there already; it is left alone.
    /// - Throws: a `CommandError` when it cannot be written.
    static func create(_ path: String) throws -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0, errno == EEXIST { return false }
        guard descriptor >= 0 else {
            throw CommandError("cannot create \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var generator = SystemRandomNumberGenerator()
        var text = (0..<24).map { _ in letters[Int.random(in: letters.indices, using: &generator)] }
        text.append(UInt8(ascii: "\n"))
        let written = text.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == text.count, fsync(descriptor) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(path)
            throw CommandError("cannot write \(path): \(reason)")
        }
        return true
    }
}
