import Glibc
import MeterCore

extension OpenFile {
    /// Opens a file that a command reads; `-` is standard input.
    ///
    /// Standard input is shared: it stays open when the value ends.
    ///
    /// - Throws: a `DiskError` when it cannot be opened.
    static func input(_ path: String) throws(DiskError) -> OpenFile {
        path == "-"
            ? OpenFile(descriptor: STDIN_FILENO, name: "standard input", isShared: true)
            : try OpenFile(path, .reading)
    }

    /// Opens a file that a command writes, replacing what was there; `-` is standard output.
    ///
    /// A new file may be read by everybody (mode 644, less the umask). In another user's folder root makes it for that
    /// user.
    ///
    /// - Throws: a `DiskError` when it cannot be opened.
    static func output(_ path: String) throws(DiskError) -> OpenFile {
        path == "-"
            ? OpenFile(descriptor: STDOUT_FILENO, name: "standard output", isShared: true)
            : try OpenFile(ofOwner: path, [.writing, .replacing], mode: 0o644)
    }
}
