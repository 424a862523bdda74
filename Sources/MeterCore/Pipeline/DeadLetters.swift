import Glibc

/// Keeps the lines that the server will never take, with the server's words, for a person to look at.
///
/// A plain file of line protocol with comments. When it is full it becomes `.old`, so that twice its limit is the most
/// that it ever takes.
public struct DeadLetters: Sendable {
    private let path: String
    private let limit: Int

    public init(path: String, limit: Int = 1 << 20) {
        self.path = path
        self.limit = limit
    }

    /// Adds a line.
    ///
    /// - Returns: a sentence when it could not be kept.
    public func append(_ batch: Batch, reason: String, at time: Timestamp) -> String? {
        var status = stat()
        if stat(path, &status) == 0, status.st_size >= limit { rename(path, path + ".old") }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard file >= 0 else { return failure() }
        defer { close(file) }
        let oneLine = reason.map { $0.isNewline ? " " : $0 }
        let destination = "database=\(batch.database) policy=\(batch.policy.name) precision=\(batch.precision.rawValue)"
        let text = [UInt8]("# \(time.seconds) \(destination): \(String(oneLine).prefix(500))\n".utf8) + batch.lines
        let written = text.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        return written == text.count ? nil : failure()
    }

    private func failure() -> String { "cannot keep a refused line in \(path): \(String(cString: strerror(errno)))" }
}
