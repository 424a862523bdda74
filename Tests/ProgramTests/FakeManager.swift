import Glibc
import MeterIO
import Testing

/// systemd's side of sd_notify(3).
final class FakeManager {
    let path: String
    private let socket: CInt

    init(in folder: String) throws {
        path = folder + "/notify"
        socket = try #require(openUnixSocket(path, SOCK_DGRAM, { bind($0, $1, $2) }))
    }

    deinit { close(socket) }

    /// The next datagram, if one comes in time.
    func receive(within seconds: Int32 = 20) -> String? {
        var state = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&state, 1, seconds * 1000) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 200)
        let count = recv(socket, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
