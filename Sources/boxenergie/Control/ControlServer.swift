import Glibc
import Logging
import MeterCore
import MeterIO

/// Takes orders for the running daemon over a Unix socket, from its own user and from root.
///
/// An order is one packet with a line of words, and so is the answer: `ok …` or `failed …`.
final class ControlServer: Sendable {
    /// Longest order and longest answer, in bytes.
    static let longest = 60_000
    /// The orders that are obeyed at once, 8.
    private static let most = 8
    /// The socket that is listened at.
    private let server: LocalServer

    /// Path of the socket, in the folder of the state.
    static func path(_ configuration: Configuration) -> String { configuration.state + "/control.sock" }

    /// Listens with mode 600.
    ///
    /// Without a socket no orders are taken, which is logged, and everything else goes on. It is `nil` when another
    /// daemon listens there, or the folder refuses.
    ///
    /// - Parameters:
    ///   - path: the path of the socket.
    ///   - logger: hears why there is none.
    init?(path: String, logger: Logger) {
        do throws(LocalServer.Failure) {
            server = try LocalServer(path, SOCK_SEQPACKET, mode: 0o600)
        } catch {
            switch error {
            case .inUse:
                let reason = "it listens at \(path)"
                logger.warning("Orders such as pulse set reach another boxenergie", metadata: ["reason": "\(reason)"])
            case .refused:
                let reason = "cannot listen at \(path)"
                logger.warning("Orders such as pulse set will not work", metadata: ["reason": "\(reason)"])
            }
            return nil
        }
    }

    /// Obeys orders until the task is cancelled, several at once: one that takes minutes keeps no other waiting.
    ///
    /// - Parameter answer: takes the words of an order and gives the answer.
    func obey(_ answer: @escaping @Sendable ([Substring]) async -> String) async {
        await server.serve(atOnce: Self.most) { client in
            // Only root and our own user can keep us waiting, and only for so long.
            LocalServer.wait(atMost: timeval(tv_sec: 0, tv_usec: 200_000), client)
            guard let order = Self.receive(client) else { return }
            Self.send(client, await answer(order.split(separator: " ")))
        }
    }

    /// Gives an order to the daemon of a configuration and waits for its answer.
    ///
    /// - Parameters:
    ///   - configuration: names the folder of the socket.
    ///   - order: the words, separated by blanks, such as `pulse set eau 789.1`.
    /// - Returns: its answer; `nil` when none runs that this user may give orders to.
    static func ask(_ configuration: Configuration, _ order: String) -> String? {
        guard let daemon = openUnixSocket(path(configuration), SOCK_SEQPACKET, { connect($0, $1, $2) }) else {
            return nil
        }
        defer { close(daemon) }
        send(daemon, order)
        return receive(daemon)
    }

    /// Sends one packet; a client that is gone is no trouble.
    private static func send(_ socket: CInt, _ text: String) {
        let bytes = [UInt8](text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Takes one packet; `nil` when none comes or the other end is gone.
    private static func receive(_ socket: CInt) -> String? {
        var bytes = [UInt8](repeating: 0, count: longest)
        let count = recv(socket, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }
}
