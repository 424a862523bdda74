import FoundationEssentials
import Glibc
import Logging
import MeterCore
import MeterIO

/// Answers `boxenergie status` over a Unix socket: always fresh, and nothing is ever written to the SD card for it.
final class StatusServer: Sendable {
    private let path: String
    private let listener: CInt

    /// Where the socket is: systemd's folder for the service, or the spool's.
    static func path(_ configuration: Configuration) -> String {
        access("/run/boxenergie", W_OK) == 0 ? servicePath : folderPath(configuration)
    }

    private static let servicePath = "/run/boxenergie/status.sock"

    private static func folderPath(_ configuration: Configuration) -> String {
        configuration.outputs[0].queue.spoolDirectory + "/status.sock"
    }

    /// Listens.
    ///
    /// Without a socket there is no `status`, which is said, and everything else goes on.
    init?(path: String, logger: Logger) {
        if let other = unixSocket(path, { connect($0, $1, $2) }) {
            close(other)
            logger.warning("boxenergie status shows another boxenergie", metadata: ["reason": "it listens at \(path)"])
            return nil
        }
        unlink(path)
        guard let listener = unixSocket(path, { bind($0, $1, $2) }), listen(listener, 4) == 0 else {
            logger.warning("boxenergie status will not work", metadata: ["reason": "cannot listen at \(path)"])
            return nil
        }
        chmod(path, 0o666)
        self.path = path
        self.listener = listener
    }

    deinit {
        close(listener)
        unlink(path)
    }

    /// Answers until the task is cancelled.
    func answer(_ board: StatusBoard) async {
        while (try? await EventLoop.main.waitUntilReadable(listener)) != nil {
            let client = accept(listener, nil, nil)
            guard client >= 0 else {
                // No descriptor is left for it: the caller is still there in a second.
                try? await EventLoop.main.sleep(for: .seconds(1))
                continue
            }
            defer { close(client) }
            guard let json = try? JSONEncoder().encode(board.report) else { continue }
            // It fits into the socket's buffer, and nobody can make us wait.
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            _ = json.withUnsafeBytes { send(client, $0.baseAddress, $0.count, flags) }
        }
    }

    /// Asks the daemon that runs with a configuration; `nil` when none does.
    static func ask(_ configuration: Configuration) -> StatusReport? {
        ask(servicePath) ?? ask(folderPath(configuration))
    }

    private static func ask(_ path: String) -> StatusReport? {
        guard let connection = unixSocket(path, { connect($0, $1, $2) }) else { return nil }
        let answer = InputFile(descriptor: connection, name: path)
        return (try? answer.readAll()).flatMap { try? JSONDecoder().decode(StatusReport.self, from: Data($0)) }
    }
}

/// A Unix stream socket, bound or connected to a path; `nil` when that fails.
private func unixSocket(
    _ path: String,
    _ attach: (CInt, UnsafePointer<sockaddr>, socklen_t) -> CInt
) -> CInt? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = [UInt8](path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            attach(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    guard code == 0 else {
        close(descriptor)
        return nil
    }
    return descriptor
}
