@preconcurrency import Dispatch
import FoundationEssentials
import Glibc
import InfluxOutput
import Logging
import MeterCore

/// Answers `boxenergie status` over a Unix socket: always fresh, and nothing is ever written to the SD card for it.
struct StatusServer: Sendable {
    private let path: String
    private let source: any DispatchSourceRead

    /// Where the socket is: systemd's folder for the service, or the spool's.
    static func path(_ influx: InfluxSettings) -> String {
        access("/run/boxenergie", W_OK) == 0 ? "/run/boxenergie/status.sock" : influx.spoolDirectory + "/status.sock"
    }

    /// Listens.
    ///
    /// Without a socket there is no `status`, which is said, and everything else goes on.
    init?(path: String, board: StatusBoard, logger: Logger) {
        unlink(path)
        guard let listener = unixSocket(path, { bind($0, $1, $2) }), listen(listener, 4) == 0 else {
            logger.warning("boxenergie status will not work", metadata: ["reason": "cannot listen at \(path)"])
            return nil
        }
        chmod(path, 0o666)
        self.path = path
        source = DispatchSource.makeReadSource(fileDescriptor: listener, queue: .global())
        source.setEventHandler {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            defer { close(client) }
            guard let json = try? JSONEncoder().encode(board.report) else { return }
            _ = json.withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        }
        source.setCancelHandler { close(listener) }
        source.resume()
    }

    func stop() {
        source.cancel()
        unlink(path)
    }

    /// Asks the daemon that listens at a path; `nil` when none does.
    static func ask(_ path: String) -> StatusReport? {
        guard let connection = unixSocket(path, { connect($0, $1, $2) }) else { return nil }
        defer { close(connection) }
        var answer = Data()
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer.append(contentsOf: buffer[..<count])
        }
        return try? JSONDecoder().decode(StatusReport.self, from: answer)
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
