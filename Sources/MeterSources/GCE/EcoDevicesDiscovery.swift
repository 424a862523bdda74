import Glibc
import MeterCore
import MeterIO

/// Finds the devices of GCE Electronics in the network: they answer a broadcast.
public struct EcoDevicesDiscovery: Sendable {
    /// A device that answered.
    public struct Found: Sendable, Hashable {
        public var name: String
        public var mac: String
        /// That of its web server.
        public var port: Int
        public var address: String
    }

    private static let question = Array("Discover GCE Devices".utf8)

    private let address: String
    private let port: UInt16

    /// Makes a discovery.
    ///
    /// - Parameters:
    ///   - address: where to ask; by default everybody in the network.
    ///   - port: where the devices listen.
    public init(address: String = "255.255.255.255", port: UInt16 = 30_303) {
        self.address = address
        self.port = port
    }

    /// Asks once, and gathers answers for a while.
    ///
    /// - Throws: `SystemError` when nothing can be sent, `CancellationError`.
    public func find(for duration: Duration = .seconds(2)) async throws -> [Found] {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError("open", on: "a socket", code: errno) }
        defer { close(descriptor) }
        var yes: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_BROADCAST, &yes, socklen_t(MemoryLayout<CInt>.size))
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = port.bigEndian
        target.sin_addr.s_addr = inet_addr(address)
        let sent = withUnsafeBytes(of: &target) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { target in
                sendto(
                    descriptor,
                    Self.question,
                    Self.question.count,
                    0,
                    target.baseAddress,
                    socklen_t(MemoryLayout<sockaddr_in>.size)
                )
            }
        }
        guard sent == Self.question.count else { throw SystemError("ask", on: address, code: errno) }
        let end = Uptime.now.advanced(by: duration)
        var found: [Found] = []
        while Uptime.now < end {
            try await EventLoop.main.waitUntilReadable(descriptor, until: end)
            while let device = Self.receive(descriptor) {
                if !found.contains(device), found.count < 64 { found.append(device) }
            }
        }
        return found
    }

    /// The next answer; others than of such devices are thrown away.
    private static func receive(_ descriptor: CInt) -> Found? {
        var bytes = [UInt8](repeating: 0, count: 512)
        while true {
            var sender = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutableBytes(of: &sender) { raw in
                raw.withMemoryRebound(to: sockaddr.self) { sender in
                    recvfrom(descriptor, &bytes, bytes.count, 0, sender.baseAddress, &length)
                }
            }
            guard count > 0 else { return nil }
            let four = withUnsafeBytes(of: sender.sin_addr.s_addr) { $0.map { "\($0)" }.joined(separator: ".") }
            if let device = answer(Array(bytes[..<count]), from: four) { return device }
        }
    }

    /// What an answer says: name, MAC address and port, each on a line.
    static func answer(_ bytes: [UInt8], from address: String) -> Found? {
        let lines = bytes.split(omittingEmptySubsequences: true) { $0 == 0x0D || $0 == 0x0A || $0 == 0 }
            .map { String(decoding: $0, as: UTF8.self).trimmed }
        guard lines.count >= 3, let port = Int(lines[2]), (1...65_535).contains(port), lines[0].utf8.count <= 64,
            lines[1].count(where: { $0 == ":" || $0 == "-" }) == 5
        else { return nil }
        return Found(name: lines[0], mac: lines[1], port: port, address: address)
    }
}
