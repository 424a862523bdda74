import Glibc
import MeterCore

/// A capture: raw bytes of a line with the times at which they came.
///
/// The file is a mark, then for each stretch of bytes its time in ns since 1970 and its length, eight and four bytes with
/// the highest first, then the bytes. A file without the mark is raw bytes without times.
enum CaptureFile {
    static let mark = [UInt8]("BOXENERGIE CAPTURE 1\n".utf8)

    /// One stretch of bytes.
    struct Chunk {
        var time: Timestamp?
        var bytes: ArraySlice<UInt8>
    }

    /// The header of a stretch of bytes.
    static func header(_ count: Int, at time: Timestamp) -> [UInt8] {
        let stamp = UInt64(bitPattern: time.nanoseconds)
        return (0..<8).map { UInt8(truncatingIfNeeded: stamp >> (56 - 8 * $0)) }
            + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
    }

    /// Calls back for each stretch of a whole file.
    ///
    /// A stretch that the end cuts off is given as far as it goes.
    static func forEachChunk(_ file: [UInt8], _ body: (Chunk) throws -> Void) rethrows {
        guard file.starts(with: mark) else {
            var start = 0
            while start < file.count {
                let end = min(start + 1024, file.count)
                try body(Chunk(time: nil, bytes: file[start..<end]))
                start = end
            }
            return
        }
        var start = mark.count
        while start + 12 <= file.count {
            let stamp = file[start..<(start + 8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let count = file[(start + 8)..<(start + 12)].reduce(0) { $0 << 8 | Int($1) }
            let end = min(start + 12 + count, file.count)
            try body(Chunk(time: Timestamp(nanoseconds: Int64(bitPattern: stamp)), bytes: file[(start + 12)..<end]))
            start = end
        }
    }
}

/// Everything that a descriptor gives until its end.
func readAll(_ descriptor: CInt) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return bytes }
        bytes += buffer[..<count]
    }
}

/// The bytes of a file, or of standard input for `-`.
func readFile(_ path: String) throws -> [UInt8] {
    if path == "-" { return readAll(STDIN_FILENO) }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw CommandError("cannot read \(path): \(String(cString: strerror(errno)))") }
    defer { close(file) }
    return readAll(file)
}

/// Writes all bytes to a descriptor.
func writeAll(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer, _ name: String) throws {
    var written = 0
    while written < bytes.count {
        let count = bytes.baseAddress.map { write(descriptor, $0 + written, bytes.count - written) } ?? -1
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw CommandError("cannot write \(name): \(String(cString: strerror(errno)))") }
        written += count
    }
}
