import FoundationEssentials
import Glibc
import Logging
import MeterCore
import MeterIO

/// Answers `boxenergie status` over a Unix socket: always fresh, and nothing is ever written to the SD card for it.
final class StatusServer: Sendable {
    /// Longest report that is believed, in bytes: some thousand sources.
    private static let longest = 8 << 20
    /// The socket that is listened at.
    private let server: LocalServer

    /// Path of the socket: in systemd's folder for the service when this user may write there, else in that of the
    /// state.
    static func path(_ configuration: Configuration) -> String {
        DiskFile.mayWrite(in: "/run/boxenergie") ? servicePath : folderPath(configuration)
    }

    /// Path of the service's socket, which `status` tries first.
    private static let servicePath = "/run/boxenergie/status.sock"

    /// Path of the socket of a program started by hand.
    private static func folderPath(_ configuration: Configuration) -> String {
        configuration.state + "/status.sock"
    }

    /// Listens with mode 666: the report has no secrets.
    ///
    /// Without a socket there is no `status`, which is logged, and everything else goes on. It is `nil` when another
    /// program listens there, or the folder refuses.
    ///
    /// - Parameters:
    ///   - path: the path of the socket.
    ///   - logger: hears why there is none.
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
    ///
    /// - Parameter report: makes the report.
    func answer(_ report: @Sendable () -> StatusReport) async {
        await server.serve { client in
            guard let json = try? JSONEncoder().encode(report()) else { return }
            await LocalServer.send([UInt8](json), to: client)
        }
    }

    /// Asks the daemon that runs with a configuration; `nil` when none does.
    static func ask(_ configuration: Configuration) -> StatusReport? {
        ask(servicePath) ?? ask(folderPath(configuration))
    }

    /// Asks at one socket; `nil` when nobody answers, or something that is no report.
    private static func ask(_ path: String) -> StatusReport? {
        guard let connection = LocalServer.connection(to: path, SOCK_STREAM) else { return nil }
        let answer = OpenFile(descriptor: connection, name: path)
        guard let bytes = try? answer.readAll(atMost: longest) else { return nil }
        return try? JSONDecoder().decode(StatusReport.self, from: Data(bytes))
    }
}
