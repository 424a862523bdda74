import Glibc

/// Why a file could not be read whole.
struct FileReadError: Error, Equatable {
    enum Reason: Equatable {
        case missing
        case denied
        case directory
        case special
        case tooLarge
        case other
    }

    var reason: Reason
    /// The system's words, or ours in their style.
    var problem: String

    fileprivate init(_ reason: Reason, _ problem: String) {
        self.reason = reason
        self.problem = problem
    }

    fileprivate init(errno code: Int32) {
        reason =
            switch code {
            case ENOENT, ENOTDIR: .missing
            case EACCES, EPERM: .denied
            case EISDIR: .directory
            default: .other
            }
        problem = String(cString: strerror(code))
    }
}

/// The bytes of a file of at most `limit` bytes; with `onlyRegular`, nothing that could block, such as a pipe.
func readFile(_ path: String, limit: Int, onlyRegular: Bool = false) throws(FileReadError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (onlyRegular ? O_NONBLOCK : 0))
    guard descriptor >= 0 else { throw FileReadError(errno: errno) }
    defer { close(descriptor) }

    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileReadError(errno: errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw FileReadError(errno: EISDIR) }
    if onlyRegular, status.st_mode & S_IFMT != S_IFREG { throw FileReadError(.special, "it is not a plain file") }

    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
        let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        if count == 0 { return bytes }
        if count < 0 {
            let code = errno
            if code == EINTR { continue }
            throw FileReadError(errno: code)
        }
        bytes += chunk[..<count]
        guard bytes.count <= limit else {
            throw FileReadError(.tooLarge, "it has more than \(ByteCountText.format(limit))")
        }
    }
}
