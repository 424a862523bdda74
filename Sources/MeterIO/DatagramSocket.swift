import CLinux
public import Glibc
public import MeterCore

/// A socket for datagrams by IPv4, at which nothing waits.
public final class DatagramSocket: Sendable {
    /// A datagram that came.
    public struct Datagram: Sendable {
        /// Its bytes, no more than were asked for.
        public var bytes: [UInt8]
        /// The address that it came from.
        public var address: in_addr_t
        /// The same as text, such as `192.168.1.20`.
        public var sender: String {
            withUnsafeBytes(of: address) { $0.map { "\($0)" }.joined(separator: ".") }
        }
    }

    /// The descriptor that an event loop waits for.
    public let descriptor: CInt

    /// Opens a socket at any free port.
    ///
    /// - Throws: `SystemError` when the system gives none.
    public init() throws(SystemError) {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError("open", on: "a socket", code: errno) }
    }

    deinit { close(descriptor) }

    /// Lets it send to broadcast addresses.
    public func allowBroadcast() { set(SOL_SOCKET, SO_BROADCAST, 1) }

    /// Takes only what is sent to a group, at a port that other sockets may have, too.
    ///
    /// - Throws: `SystemError` when the port is taken by a program that does not share it.
    public func bind(toGroup group: String, port: UInt16) throws(SystemError) {
        set(SOL_SOCKET, SO_REUSEADDR, 1)
        var address = Self.address(inet_addr(group), port)
        let code = withUnsafeBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { Glibc.bind(descriptor, $0.baseAddress, Self.addressSize) }
        }
        guard code == 0 else { throw SystemError("listen at", on: "\(group):\(port)", code: errno) }
    }

    /// Joins a group in all networks of this machine, or in that of one interface; once more changes nothing.
    ///
    /// A network that is there later only is joined when this is called again.
    ///
    /// - Parameters:
    ///   - group: the address of the group.
    ///   - interface: its name, such as `eth0`; `nil` for all that are up.
    /// - Throws: `SystemError` when there is none in which that is possible.
    public func join(_ group: String, on interface: String? = nil) throws(SystemError) {
        guard clinux_join_group(descriptor, inet_addr(group), interface) > 0 else {
            throw SystemError("join", on: "\(group) on \(interface ?? "any network")", code: errno)
        }
    }

    /// Sends a datagram; false when it could not be sent, and `errno` says why.
    public func send(_ bytes: [UInt8], to address: in_addr_t, port: UInt16) -> Bool {
        var target = Self.address(address, port)
        let sent = withUnsafeBytes(of: &target) { raw in
            raw.withMemoryRebound(to: sockaddr.self) {
                sendto(descriptor, bytes, bytes.count, 0, $0.baseAddress, Self.addressSize)
            }
        }
        return sent == bytes.count
    }

    /// Sends a datagram to a group in one network, that of an address of this machine.
    public func send(_ bytes: [UInt8], toGroup group: String, port: UInt16, from address: in_addr_t) -> Bool {
        var own = in_addr(s_addr: address)
        let size = socklen_t(MemoryLayout<in_addr>.size)
        guard setsockopt(descriptor, CInt(IPPROTO_IP), IP_MULTICAST_IF, &own, size) == 0 else { return false }
        return send(bytes, to: inet_addr(group), port: port)
    }

    /// The next datagram; `nil` when there is none yet.
    ///
    /// Of one that is longer the rest is lost.
    public func receive(atMost most: Int) -> Datagram? {
        var sender = sockaddr_in()
        var length = Self.addressSize
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, size in
            count = withUnsafeMutableBytes(of: &sender) { raw in
                raw.withMemoryRebound(to: sockaddr.self) {
                    recvfrom(descriptor, buffer.baseAddress, most, 0, $0.baseAddress, &length)
                }
            }
            size = max(0, count)
        }
        guard count >= 0 else { return nil }
        return Datagram(bytes: bytes, address: sender.sin_addr.s_addr)
    }

    private static let addressSize = socklen_t(MemoryLayout<sockaddr_in>.size)

    private static func address(_ address: in_addr_t, _ port: UInt16) -> sockaddr_in {
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = port.bigEndian
        target.sin_addr.s_addr = address
        return target
    }

    private func set(_ level: CInt, _ option: CInt, _ value: CInt) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }
}
