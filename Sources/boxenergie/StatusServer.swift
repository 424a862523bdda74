import FoundationEssentials
import Glibc
import Logging
import MeterCore
import MeterIO

/// Answers `boxenergie status` over a Unix socket: always fresh, and nothing is ever written to the SD card for it.
final class StatusServer: Sendable {
    private let path: String
    private let listener: CInt

    /// Where the socket is: systemd's folder for the service, or that of the state.
    static func path(_ configuration: Configuration) -> String {
        DiskFile.mayWrite(in: "/run/boxenergie") ? servicePath : folderPath(configuration)
    }

    private static let servicePath = "/run/boxenergie/status.sock"

    private static func folderPath(_ configuration: Configuration) -> String {
        configuration.state + "/status.sock"
    }

    /// Listens.
    ///
    /// Without a socket there is no `status`, which is said, and everything else goes on.
    init?(path: String, logger: Logger) {
        if let other = Self.connection(to: path) {
            close(other)
            logger.warning("boxenergie status shows another boxenergie", metadata: ["reason": "it listens at \(path)"])
            return nil
        }
        try? DiskFile.remove(path)
        guard let listener = openUnixSocket(path, SOCK_STREAM, { bind($0, $1, $2) }), listen(listener, 4) == 0 else {
            logger.warning("boxenergie status will not work", metadata: ["reason": "cannot listen at \(path)"])
            return nil
        }
        try? DiskFile.permit(0o666, path)
        self.path = path
        self.listener = listener
    }

    deinit {
        close(listener)
        try? DiskFile.remove(path)
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
        guard let connection = connection(to: path) else { return nil }
        let answer = OpenFile(descriptor: connection, name: path)
        return (try? answer.readAll()).flatMap { try? JSONDecoder().decode(StatusReport.self, from: Data($0)) }
    }

    /// A program that hangs, or was stopped, takes a few connections without a word, and then none.
    private static func connection(to path: String) -> CInt? {
        openUnixSocket(path, SOCK_STREAM) { descriptor, address, length in
            var patience = timeval(tv_sec: 3, tv_usec: 0)
            for wait in [SO_SNDTIMEO, SO_RCVTIMEO] {
                setsockopt(descriptor, SOL_SOCKET, wait, &patience, socklen_t(MemoryLayout.size(ofValue: patience)))
            }
            return connect(descriptor, address, length)
        }
    }
}
