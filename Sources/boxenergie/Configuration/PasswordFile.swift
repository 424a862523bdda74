import Glibc
import MeterCore

/// A file with a new password, which only its owner may read.
enum PasswordFile {
    /// Letters and digits that are easy to read aloud: no 0 and O, no 1, l and I.
    private static let letters = Array("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)

    /// 24 characters (140 bits) from the kernel's generator.
    static func newPassword() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<24).map { _ in letters[Int.random(in: letters.indices, using: &generator)] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a new password and forces it to the disk.
    ///
    /// The database learns the password next; after a power cut nobody would know it if the file were not there yet.
    ///
    /// - Returns: false when the file is there already; it is left alone.
    /// - Throws: a `DiskError` when it cannot be written.
    static func create(_ path: String) throws -> Bool {
        let file: OpenFile
        do throws(DiskError) {
            file = try OpenFile(path, [.writing, .creatingAnew], mode: 0o600)
        } catch {
            if error.code == EEXIST { return false }
            throw DiskError(path, .make, error.code)
        }
        do throws(DiskError) {
            try file.write([UInt8]((newPassword() + "\n").utf8))
            try file.save()
        } catch {
            try? DiskFile.remove(path)
            throw error
        }
        return true
    }
}
