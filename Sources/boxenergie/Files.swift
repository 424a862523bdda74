import Glibc

/// A file that is read, closed when it goes out of use.
struct InputFile: ~Copyable {
    let name: String
    private let descriptor: CInt

    /// Opens a file; `-` is standard input.
    init(_ path: String) throws {
        name = path == "-" ? "standard input" : path
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandError("cannot read \(path): \(String(cString: strerror(errno)))") }
    }

    /// Takes over a descriptor.
    init(descriptor: CInt, name: String) {
        self.name = name
        self.descriptor = descriptor
    }

    deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

    /// Everything until the end.
    func readAll() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try read(64 << 10)
            if more.isEmpty { return bytes }
            bytes += more
        }
    }

    /// The next bytes: so many, fewer at the end.
    func read(_ count: Int) throws -> [UInt8] {
        var problem: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, let start = buffer.baseAddress {
                let got = Glibc.read(descriptor, start + filled, count - filled)
                if got < 0, errno == EINTR { continue }
                if got < 0 { problem = errno }
                guard got > 0 else { return }
                filled += got
            }
        }
        guard problem == 0 else { throw CommandError("cannot read \(name): \(String(cString: strerror(problem)))") }
        return bytes
    }
}

/// A file that is written, replacing what was there; closed when it goes out of use.
struct OutputFile: ~Copyable, Sendable {
    let name: String
    private let descriptor: CInt

    /// Opens a file; `-` is standard output.
    init(_ path: String) throws {
        name = path == "-" ? "standard output" : path
        descriptor = path == "-" ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CommandError("cannot write \(path): \(String(cString: strerror(errno)))") }
    }

    deinit { if descriptor != STDOUT_FILENO { close(descriptor) } }

    /// Writes all bytes.
    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw CommandError("cannot write \(name): \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }
}
