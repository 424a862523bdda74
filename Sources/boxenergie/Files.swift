import Glibc

/// Writes a file, replacing what was there.
func writeFile(_ path: String, _ bytes: UnsafeRawBufferPointer) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw CommandError("cannot write \(path): \(String(cString: strerror(errno)))") }
    defer { close(file) }
    try writeAll(file, bytes, path)
}
