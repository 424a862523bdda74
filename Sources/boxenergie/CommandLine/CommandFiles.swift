import Glibc
import MeterCore

extension OpenFile {
    /// Opens what a command reads; `-` is standard input.
    static func input(_ path: String) throws(DiskError) -> OpenFile {
        path == "-"
            ? OpenFile(descriptor: STDIN_FILENO, name: "standard input", isShared: true)
            : try OpenFile(path, .reading)
    }

    /// Opens what a command writes, replacing what was there; `-` is standard output.
    static func output(_ path: String) throws(DiskError) -> OpenFile {
        path == "-"
            ? OpenFile(descriptor: STDOUT_FILENO, name: "standard output", isShared: true)
            : try OpenFile(path, [.writing, .replacing], mode: 0o644)
    }
}
