import Glibc
import MeterCore

/// A file with a new password, which only its owner may read.
enum PasswordFile {
    /// Letters and digits that are easy to read aloud: no 0 and O, no 1, l and I.
    private static let letters = Array("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)

    /// Writes 24 characters (140 bits) from the kernel's generator and forces them to the disk.
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
        var generator = SystemRandomNumberGenerator()
        var text = (0..<24).map { _ in letters[Int.random(in: letters.indices, using: &generator)] }
        text.append(UInt8(ascii: "\n"))
        do throws(DiskError) {
            try file.write(text)
            try file.save()
        } catch {
            try? DiskFile.remove(path)
            throw error
        }
        return true
    }
}
