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
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError("open", on: "a socket", code: errno) }
        defer { close(descriptor) }
        var yes: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_BROADCAST, &yes, socklen_t(MemoryLayout<CInt>.size))
        let targets = address.map { [inet_addr($0)] } ?? Self.broadcastAddresses()
        var code = ENETUNREACH
        var asked = 0
        for target in targets {
            if ask(descriptor, target) { asked += 1 } else { code = errno }
        }
        guard asked > 0 else { throw SystemError("ask", on: address ?? "the local network", code: code) }
        let end = Uptime.now.advanced(by: duration)
        var found: [Found] = []
        while Uptime.now < end {
            try await EventLoop.main.waitUntilReadable(descriptor, until: end)
            for _ in 0..<Self.gulp {
                guard let answer = Self.receive(descriptor) else { break }
                guard let device = Self.answer(answer.bytes, from: answer.sender), !found.contains(device) else {
                    continue
                }
                if found.count < Self.mostDevices { found.append(device) }
            }
        }
        return found
    }

    /// The broadcast addresses of the networks that this machine is in.
    ///
    /// The address for all networks, 255.255.255.255, would go out into one of them only.
    private static func broadcastAddresses() -> [in_addr_t] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return [] }
        defer { freeifaddrs(first) }
        var addresses: [in_addr_t] = []
        var next = first
        while let interface = next?.pointee {
            next = interface.ifa_next
            guard interface.ifa_flags & UInt32(IFF_BROADCAST) != 0, let place = interface.ifa_ifu.ifu_broadaddr,
                place.pointee.sa_family == sa_family_t(AF_INET)
            else { continue }
            addresses.append(place.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr.s_addr })
        }
        return addresses
    }

    /// Sends the question to an address; false when it could not be sent.
    private func ask(_ descriptor: CInt, _ address: in_addr_t) -> Bool {
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = port.bigEndian
        target.sin_addr.s_addr = address
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let sent = withUnsafeBytes(of: &target) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { target in
                sendto(descriptor, Self.question, Self.question.count, 0, target.baseAddress, length)
            }
        }
        return sent == Self.question.count
    }

    /// The next answer with its sender's address; `nil` when there is none yet.
    private static func receive(_ descriptor: CInt) -> (bytes: [UInt8], sender: String)? {
        var bytes = [UInt8](repeating: 0, count: 512)
        var sender = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = withUnsafeMutableBytes(of: &sender) { raw in
            raw.withMemoryRebound(to: sockaddr.self) { sender in
                recvfrom(descriptor, &bytes, bytes.count, 0, sender.baseAddress, &length)
            }
        }
        guard count >= 0 else { return nil }
        let four = withUnsafeBytes(of: sender.sin_addr.s_addr) { $0.map { "\($0)" }.joined(separator: ".") }
        return (Array(bytes[..<count]), four)
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
