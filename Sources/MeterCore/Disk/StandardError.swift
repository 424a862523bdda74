import Glibc
import Synchronization

/// The place for a program's complaints: the journal, or a person's terminal.
public enum StandardError {
    /// Writes a text as it is, at one go; what cannot be written is lost.
    public static func write(_ text: String) {
        let bytes = [UInt8](text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private static let lost = Mutex(0)

    /// Writes a line of the log, unless its reader takes nothing now: nothing of the box waits for a log.
    ///
    /// Lines that were lost by that are counted in the next one that is taken.
    static func log(_ line: String) {
        var state = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard poll(&state, 1, 0) > 0 else { return lost.withLock { $0 += 1 } }
        let count = lost.withLock { lost in
            defer { lost = 0 }
            return lost
        }
        // What a pipe that can be written to takes at one go.
        let remark = count > 0 ? " (\(count) lines before it are lost)" : ""
        write("\(utf8(line, atMost: Int(PIPE_BUF) - 100))\(remark)\n")
    }

    private static func utf8(_ line: String, atMost most: Int) -> String {
        line.utf8.count <= most ? line : String(decoding: line.utf8.prefix(most), as: UTF8.self)
    }
}
