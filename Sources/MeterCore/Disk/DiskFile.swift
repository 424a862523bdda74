public import Glibc

/// A file that is not opened: whether it is there, what this user may do with it, its name.
public enum DiskFile {
    /// Whether anything is there, as far as this user may see.
    public static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether this user may run it.
    public static func mayRun(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// Whether this user may make files in a folder.
    public static func mayWrite(in folder: String) -> Bool { access(folder, W_OK) == 0 }

    /// Why this user may not read what is there; `nil` when he may.
    public static func problem(reading path: String) -> DiskError? {
        access(path, R_OK) == 0 ? nil : DiskError(path, .read, errno)
    }

    /// Why this user may not read and write what is there; `nil` when he may.
    public static func problem(changing path: String) -> DiskError? {
        access(path, R_OK | W_OK) == 0 ? nil : DiskError(path, .change, errno)
    }

    /// Gives a file another name on the same disk, replacing what has that.
    public static func move(_ path: String, to newPath: String) throws(DiskError) {
        guard rename(path, newPath) == 0 else { throw DiskError("\(path) to \(newPath)", .move, errno) }
    }

    /// Removes a file or a link, not a folder.
    public static func remove(_ path: String) throws(DiskError) {
        guard unlink(path) == 0 else { throw DiskError(path, .remove, errno) }
    }

    /// Lets users do what a mode says, as `chmod` writes it.
    public static func permit(_ mode: mode_t, _ path: String) throws(DiskError) {
        guard chmod(path, mode) == 0 else { throw DiskError(path, .change, errno) }
    }

    /// The path that one stands for, through all links; the path itself when nothing is there.
    public static func real(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// A path that means the same from any folder; its links stay.
    public static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }
}
