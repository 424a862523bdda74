import Glibc
public import MeterCore
import MeterNotation

/// A connection to a program on this machine, by the path of its socket.
final class UnixLine: BusLine {
    /// The socket's path.
    let name: String
    let descriptor: CInt

    /// Connects without waiting; one that has no room for us is as if nobody were there.
    ///
    /// - Throws: `SystemError` when nobody listens there.
    init(_ path: String) throws {
        name = path
        let type = __socket_type(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        guard let descriptor = openUnixSocket(path, type, connect) else {
            throw SystemError("connect", on: path, code: errno)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        if count > 0 { return count }
        guard count < 0, errno == EAGAIN || errno == EINTR else { throw LineClosed(name: name) }
        return 0
    }

    func write(_ bytes: ArraySlice<UInt8>) throws -> Int {
        let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
        if count >= 0 { return count }
        guard errno == EAGAIN || errno == EINTR else { throw LineClosed(name: name) }
        return 0
    }

    nonisolated(nonsending) func apply(_ format: SerialSettings) async throws {}
}

/// Where a program listens.
public enum ListeningPlace: Sendable, Hashable, CustomStringConvertible {
    /// The path of a Unix socket.
    case path(String)
    /// An address and a TCP port.
    case network(NetworkAddress)

    public var description: String {
        switch self {
        case .path(let path): path
        case .network(let address): "\(address)"
        }
    }

    /// Connects; a machine of the network may take 5 s.
    ///
    /// - Throws: a sentence when nobody answers, `CancellationError`.
    public func connect() async throws -> sending any BusLine {
        switch self {
        case .path(let path): return try UnixLine(path)
        case .network(let address): return try await NetworkLine.connect(to: address, .main)
        }
    }
}
