import Glibc
import MeterCore
import MeterIO
import MeterNotation

/// Asks a device by UDP: a datagram is the question, another one the document.
///
/// Datagrams get lost, so a question is sent again. Each has a port of its own, so that an answer that comes too late
/// reaches nobody.
struct DatagramClient: Sendable {
    /// The scheme of addresses such as `udp://192.168.1.30:30000`.
    static let scheme = "udp://"
    /// The times that a question is sent before the device counts as silent.
    private static let tries = 3

    /// The time in which the device must have answered.
    let timeout: Duration
    /// The largest answer in bytes; of a larger one nothing is taken.
    let largest: Int

    /// The place that an address names; `nil` for a name, since nobody is asked for it here.
    static func place(_ url: String) -> (host: in_addr_t, port: UInt16)? {
        let parts = url.dropFirst(scheme.count).split(separator: ":", omittingEmptySubsequences: false)
        var address = in_addr()
        guard url.hasPrefix(scheme), parts.count == 2, let port = UInt16(parts[1]), port > 0,
            inet_pton(AF_INET, String(parts[0]), &address) == 1
        else { return nil }
        return (address.s_addr, port)
    }

    /// Asks for a document.
    ///
    /// - Parameters:
    ///   - question: the text that is sent.
    ///   - url: the device's address.
    /// - Returns: the bytes of the answer.
    /// - Throws: `HTTPError`, `SystemError` without a socket, `CancellationError`.
    func ask(_ question: String, at url: String) async throws -> [UInt8] {
        let server = serverName(url)
        guard let place = Self.place(url) else {
            throw HTTPError("\(server) is no address such as 192.168.1.30, by which it is asked by UDP")
        }
        let socket = try DatagramSocket()
        let start = Uptime.now
        for number in 1...Self.tries {
            guard socket.send(Array(question.utf8), to: place.host, port: place.port) else {
                let cause = String(cString: strerror(errno))
                throw HTTPError("nothing can be sent to \(server); is it in the network of the box? (\(cause))")
            }
            let end = start + timeout * number / Self.tries
            while Uptime.now < end {
                try await EventLoop.main.waitUntilReadable(socket.descriptor, until: end)
                while let datagram = socket.receive(atMost: largest + 1) {
                    // Anybody can send to a port; only the device is heard.
                    guard datagram.address == place.host else { continue }
                    guard datagram.bytes.count <= largest else {
                        throw HTTPError("\(server) answered more than \(largest) bytes")
                    }
                    return datagram.bytes
                }
            }
        }
        throw HTTPError("\(server) did not answer in time; is its local interface switched on, at this port?")
    }
}
