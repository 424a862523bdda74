public import Glibc

/// A file that is not opened: whether it is there, what this user may do with it, its name.
public enum DiskFile {
    /// True when anything is there, as far as this user may see.
    public static func isThere(_ path: String) -> Bool { FileName.withPath(path) { access($0, F_OK) == 0 } }

    /// True when this user may run it.
    public static func mayRun(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// True when this user may make files in a folder.
    public static func mayWrite(in folder: String) -> Bool { access(folder, W_OK) == 0 }

    /// The reason for which this user may not read the file; `nil` when he may.
    public static func problem(reading path: String) -> DiskError? {
        access(path, R_OK) == 0 ? nil : DiskError(path, .read, errno)
    }

    /// The reason for which this user may not read and write the file; `nil` when he may.
    public static func problem(changing path: String) -> DiskError? {
        access(path, R_OK | W_OK) == 0 ? nil : DiskError(path, .change, errno)
    }

    /// Gives a file another name on the same disk, replacing what has that; a reader sees the old file or the new one.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - newPath: its new name; `EXDEV` when that is on another disk.
    /// - Throws: `DiskError` with both names.
    public static func move(_ path: String, to newPath: String) throws(DiskError) {
        let code = try OwnerRights.using(at: path, and: newPath) { _ in
            FileName.withPath(path) { old in
                FileName.withPath(newPath) { new in rename(old, new) == 0 ? 0 : errno }
            }
        }
        guard code == 0 else { throw DiskError("\(path) to \(newPath)", .move, code) }
    }

    /// Removes a file or a link, not a folder.
    ///
    /// - Throws: `DiskError`, also when nothing is there.
    public static func remove(_ path: String) throws(DiskError) {
        let code = try OwnerRights.using(at: path) { _ in FileName.withPath(path) { unlink($0) == 0 ? 0 : errno } }
        guard code == 0 else { throw DiskError(path, .remove, code) }
    }

    /// Sets the permissions, as `chmod` writes them: `0o640`.
    public static func permit(_ mode: mode_t, _ path: String) throws(DiskError) {
        let code = try OwnerRights.using(at: path) { _ in chmod(path, mode) == 0 ? 0 : errno }
        guard code == 0 else { throw DiskError(path, .change, code) }
    }

    /// The path that one stands for, through all links; the path itself when nothing is there.
    public static func real(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// The words of a link; `nil` when it is none.
    static func target(ofLink path: String) -> String? {
        let words = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
            buffer.withMemoryRebound(to: CChar.self) { bytes in
                count = bytes.baseAddress.map { max(0, readlink(path, $0, bytes.count)) } ?? 0
            }
        }
        return words.isEmpty ? nil : String(decoding: words, as: UTF8.self)
    }

    /// A path that means the same from any folder; its links stay.
    public static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }
}
