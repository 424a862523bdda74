import Glibc

/// Writes a file, replacing what was there.
func writeFile(_ path: String, _ bytes: UnsafeRawBufferPointer) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw CommandError("cannot write \(path): \(String(cString: strerror(errno)))") }
    defer { close(file) }
    var written = 0
    while written < bytes.count {
        let count = bytes.baseAddress.map { write(file, $0 + written, bytes.count - written) } ?? -1
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw CommandError("cannot write \(path): \(String(cString: strerror(errno)))") }
        written += count
    }
}
