import Glibc
import MeterCore
import MeterIO
import MeterNotation

/// Finds the devices of GCE Electronics in the network, which answer a broadcast.
public struct EcoDevicesDiscovery: Sendable {
    /// A device that answered.
    public struct Found: Sendable, Hashable {
        /// The device's own name, at most 64 bytes.
        public var name: String
        /// The MAC address as the device writes it, six pairs.
        public var mac: String
        /// The TCP port of its web server, usually 80.
        public var port: Int
        /// The IPv4 address that the answer came from.
        public var address: String
    }

    /// The text that the devices answer, by UDP.
    private static let question = Array("Discover GCE Devices".utf8)

    /// Maximum number of devices noted, 64: more than anybody has at home.
    private static let mostDevices = 64
    /// Maximum number of answers looked at before other tasks have their turn.
    private static let gulp = 64

    /// The address to ask; `nil` for the broadcast addresses of this machine's networks.
    private let address: String?
    /// The UDP port of the devices, 30303 by default.
    private let port: UInt16

    /// Makes a discovery.
    ///
    /// - Parameters:
    ///   - address: of the device to ask; by default all devices in each network of this machine.
    ///   - port: at which the devices listen.
    public init(address: String? = nil, port: UInt16 = 30_303) {
        self.address = address
        self.port = port
    }

    /// Asks once, and gathers answers for a while.
    ///
    /// - Throws: `SystemError` when nothing can be sent, `CancellationError`.
    public func find(for duration: Duration = .seconds(2)) async throws -> [Found] {
        let socket = try DatagramSocket()
        socket.allowBroadcast()
        // The address for all networks, 255.255.255.255, would go out into one of them only.
        let targets = address.map { [inet_addr($0)] } ?? LocalNetwork.all().compactMap(\.broadcast)
        var code = ENETUNREACH
        var asked = 0
        for target in targets {
            if socket.send(Self.question, to: target, port: port) { asked += 1 } else { code = errno }
        }
        guard asked > 0 else { throw SystemError("ask", on: address ?? "the local network", code: code) }
        let end = Uptime.now.advanced(by: duration)
        var found: [Found] = []
        while Uptime.now < end {
            try await EventLoop.main.waitUntilReadable(socket.descriptor, until: end)
            for _ in 0..<Self.gulp {
                guard let answer = socket.receive(atMost: 512) else { break }
                guard let device = Self.answer(answer.bytes, from: answer.sender), !found.contains(device) else {
                    continue
                }
                if found.count < Self.mostDevices { found.append(device) }
            }
        }
        return found
    }

    /// The device that an answer describes: name, MAC address and port, each on a line; `nil` for any other text.
    static func answer(_ bytes: [UInt8], from address: String) -> Found? {
        let lines = bytes.split(omittingEmptySubsequences: true) { $0 == 0x0D || $0 == 0x0A || $0 == 0 }
            .map { String(decoding: $0, as: UTF8.self).trimmed }
        guard lines.count >= 3, let port = Int(lines[2]), (1...65_535).contains(port), lines[0].utf8.count <= 64,
            lines[1].count(where: { $0 == ":" || $0 == "-" }) == 5
        else { return nil }
        return Found(name: lines[0], mac: lines[1], port: port, address: address)
    }
}
