import FoundationEssentials
import Glibc
import Logging
import MeterCore
import MeterIO

/// Answers `boxenergie status` over a Unix socket: always fresh, and nothing is ever written to the SD card for it.
final class StatusServer: Sendable {
    private let server: LocalServer

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
        do throws(LocalServer.Failure) {
            // Everybody may ask.
            server = try LocalServer(path, SOCK_STREAM, mode: 0o666)
        } catch {
            switch error {
            case .inUse:
                let reason = "it listens at \(path)"
                logger.warning("boxenergie status shows another boxenergie", metadata: ["reason": "\(reason)"])
            case .refused:
                logger.warning("boxenergie status will not work", metadata: ["reason": "cannot listen at \(path)"])
            }
            return nil
        }
    }

    /// Answers until the task is cancelled, each time with a report of that moment.
    func answer(_ report: @Sendable () -> StatusReport) async {
        await server.serve { client in
            guard let json = try? JSONEncoder().encode(report()) else { return }
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
        guard let connection = LocalServer.connection(to: path, SOCK_STREAM) else { return nil }
        let answer = OpenFile(descriptor: connection, name: path)
        return (try? answer.readAll()).flatMap { try? JSONDecoder().decode(StatusReport.self, from: Data($0)) }
    }
}
