import Glibc
import MeterCore

/// Lines that could not be read, kept for a person to look at: a plain file with the reasons.
///
/// When it is full it becomes `.old`, so that twice its limit is the most that it takes.
struct RefusedLines {
    private static let limit = 512 << 10

    let path: String?
    private var waiting: [UInt8] = []

    init(_ path: String?) { self.path = path }

    mutating func add(_ line: [UInt8], at place: String, _ reason: String) {
        guard path != nil, waiting.count < Self.limit else { return }
        waiting += [UInt8]("# \(place): \(reason)\n".utf8) + line.prefix(4096) + [UInt8(ascii: "\n")]
    }

    /// Writes what came since the last time.
    mutating func flush() {
        guard let path, !waiting.isEmpty else { return }
        var status = stat()
        if stat(path, &status) == 0, status.st_size >= Self.limit { rename(path, path + ".old") }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard file >= 0 else { return }
        defer { close(file) }
        _ = waiting.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        waiting = []
    }
}
