import Glibc
import MeterCore
import MeterIO

/// The machine that is looked at: its files and programs, below another root in tests.
struct Machine: Sendable {
    /// Folder that stands for `/`; empty for the machine itself.
    var root = ""

    /// Longest text that is read, in bytes: the largest of the kernel's files has a line for each connection.
    private static let longestText = 1 << 20

    /// The beginning of a file, without waiting for what is no plain file; `nil` when it cannot be read.
    func text(_ path: String) -> String? {
        SmallFile.beginning(of: root + path, atMost: Self.longestText).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The lines of a file; none when it cannot be read.
    func lines(_ path: String) -> [Substring] { text(path)?.split(whereSeparator: \.isNewline) ?? [] }

    /// The words of a file, separated by blanks and line feeds; none when it cannot be read.
    func words(_ path: String) -> [Substring] { text(path)?.split(whereSeparator: \.isWhitespace) ?? [] }

    /// The number that is the first word of a file, as in `/sys`; `nil` when it is none.
    func number(_ path: String) -> Int64? { words(path).first.flatMap { Int64($0) } }

    /// The names in a folder; none when it cannot be read.
    func names(_ folder: String) -> [String] { Folder(root + folder).visibleNames }

    /// True when something of this path is there, and this user may see it.
    func isThere(_ path: String) -> Bool { DiskFile.isThere(root + path) }

    /// True when this user may not read what is there, or may not see whether it is.
    func isHidden(_ path: String) -> Bool { DiskFile.problem(reading: root + path)?.code == EACCES }

    /// The name that a link leads to, without its folders; that of the path itself when it is none.
    func target(_ path: String) -> String {
        let real = DiskFile.real(root + path)
        return real.split(separator: "/").last.map(String.init) ?? real
    }

    /// Permissions of a file, as `chmod` writes them; `nil` when it is not there.
    func mode(_ path: String) -> mode_t? {
        FileStatus(root + path)?.mode
    }

    /// Output of a program, however it ends; `nil` when it is not there or takes too long.
    ///
    /// - Parameters:
    ///   - command: its full path and its arguments.
    ///   - limit: the longest time to its end; 5 s by default.
    /// - Returns: its standard output; `nil` also for more than 1 MiB.
    func answer(of command: [String], within limit: Duration = .seconds(5)) async -> String? {
        var command = command
        command[0] = root + command[0]
        guard DiskFile.mayRun(command[0]), let program = try? Program(command) else { return nil }
        let deadline = Uptime.now + limit
        var bytes: [UInt8] = []
        while let more = Program.take(program.output, atMost: 16 << 10) {
            bytes += more
            guard !more.isEmpty || Uptime.now < deadline, bytes.count < Self.longestText else {
                _ = program.end()
                return nil
            }
            if more.isEmpty { try? await EventLoop.main.waitUntilReadable(program.output, until: deadline) }
        }
        try? await EventLoop.main.waitUntilReadable(program.handle, until: deadline)
        _ = program.end()
        return program.failureOfStart == nil ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
