import Foundation
import Glibc
import MeterIO
import Testing

/// What systemd hears of the program.
@Suite struct ServiceTests {
    @Test("a service manager hears that the program is ready, alive and stopping")
    func notify() throws {
        let box = try Installation()
        let config = try box.configure("http://127.0.0.1:1")
        let path = box.folder + "/notify"
        let socket = try #require(openUnixSocket(path, SOCK_DGRAM, { bind($0, $1, $2) }))
        defer { close(socket) }
        let daemon = try Peer([
            "/usr/bin/env", "NOTIFY_SOCKET=\(path)", "WATCHDOG_USEC=600000", box.program, "run", "--config", config,
        ])
        #expect(receive(socket) == "READY=1")
        for _ in 0..<3 { #expect(receive(socket) == "WATCHDOG=1") }
        #expect(daemon.terminate().code == 0)
        var last: String?
        while let line = receive(socket, within: 1) { last = line }
        #expect(last == "STOPPING=1")
    }

    /// The next datagram, if one comes in time.
    private func receive(_ socket: CInt, within seconds: Int32 = 20) -> String? {
        var state = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&state, 1, seconds * 1000) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 200)
        let count = recv(socket, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
