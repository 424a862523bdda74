import Glibc
import Logging
import MeterCore
import MeterIO

/// Takes orders for the running daemon over a Unix socket, from its own user and from root.
///
/// An order is one packet with a line of words, and so is the answer: `ok …` or `failed …`.
final class ControlServer: Sendable {
    private static let longest = 1024
    private let path: String
    private let listener: CInt

    /// Where the socket is.
    static func path(_ configuration: Configuration) -> String { configuration.state + "/control.sock" }

    /// Listens.
    ///
    /// Without a socket no orders are taken, which is said, and everything else goes on.
    init?(path: String, logger: Logger) {
        if let other = openUnixSocket(path, SOCK_SEQPACKET, { connect($0, $1, $2) }) {
            close(other)
            logger.warning(
                "Orders such as pulse set reach another boxenergie",
                metadata: ["reason": "it listens at \(path)"]
            )
            return nil
        }
        try? DiskFile.remove(path)
        guard let listener = openUnixSocket(path, SOCK_SEQPACKET, { bind($0, $1, $2) }),
            (try? DiskFile.permit(0o600, path)) != nil, listen(listener, 4) == 0
        else {
            logger.warning(
                "Orders such as pulse set will not work",
                metadata: ["reason": "cannot listen at \(path)"]
            )
            return nil
        }
        self.path = path
        self.listener = listener
    }

    deinit {
        close(listener)
        try? DiskFile.remove(path)
    }

    /// Obeys until the task is cancelled.
    func obey(_ answer: @Sendable ([Substring]) async -> String) async {
        while (try? await EventLoop.main.waitUntilReadable(listener)) != nil {
            let client = accept(listener, nil, nil)
            guard client >= 0 else {
                // No descriptor is left for it: the caller is still there in a second.
                try? await EventLoop.main.sleep(for: .seconds(1))
                continue
            }
            defer { close(client) }
            // Only root and our own user can keep us waiting, and only for so long.
            var patience = timeval(tv_sec: 0, tv_usec: 200_000)
            setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout.size(ofValue: patience)))
            guard let order = Self.receive(client) else { continue }
            Self.send(client, await answer(order.split(separator: " ")))
        }
    }

    /// Gives an order to the daemon of a configuration.
    ///
    /// - Returns: its answer; `nil` when none runs that this user may give orders to.
    static func ask(_ configuration: Configuration, _ order: String) -> String? {
        guard let daemon = openUnixSocket(path(configuration), SOCK_SEQPACKET, { connect($0, $1, $2) }) else {
            return nil
        }
        defer { close(daemon) }
        send(daemon, order)
        return receive(daemon)
    }

    private static func send(_ socket: CInt, _ text: String) {
        let bytes = [UInt8](text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    private static func receive(_ socket: CInt) -> String? {
        var bytes = [UInt8](repeating: 0, count: longest)
        let count = recv(socket, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }
}
