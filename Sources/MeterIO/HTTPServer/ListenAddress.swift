import Glibc
import MeterCore

/// An address of this machine and a port, to listen at: `127.0.0.1:8780`, `[::1]:8780`, `0.0.0.0:8780`.
public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IPv4 or IPv6 address as digits, without brackets; names are not looked up.
    public var host: String
    /// 1 to 65535; below 1024 the system wants more rights than a service has.
    public var port: UInt16

    /// The address that a text means; `nil` when it means none, such as a port alone or a name.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard isBracketed == host.contains(":"), Self.family(of: String(host)) != nil else { return nil }
        (self.host, self.port) = (String(host), port)
    }

    /// The text, with brackets around an IPv6 address.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// True when only this machine reaches it.
    public var isLoopback: Bool { host.hasPrefix("127.") || host == "::1" }

    /// `AF_INET` or `AF_INET6`; `nil` for what is no address.
    private static func family(of host: String) -> CInt? {
        var bytes = in6_addr()
        if inet_pton(AF_INET, host, &bytes) == 1 { return AF_INET }
        return inet_pton(AF_INET6, host, &bytes) == 1 ? AF_INET6 : nil
    }

    /// Listens, with room for 128 clients that wait.
    ///
    /// An IPv6 address takes no IPv4 clients, so that both may be listened at. A port that a program just left is free.
    ///
    /// - Throws: `SystemError` when it cannot.
    /// - Returns: the socket, which does not block.
    func listen() throws(SystemError) -> CInt {
        let family = Self.family(of: host) ?? AF_INET
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, flags, 0)
        guard descriptor >= 0 else { throw SystemError("listen at", on: description, code: errno) }
        var one: CInt = 1
        let size = socklen_t(MemoryLayout.size(ofValue: one))
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, size)
        if family == AF_INET6 { setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &one, size) }
        guard attach(descriptor, family) == 0, Glibc.listen(descriptor, 128) == 0 else {
            let code = errno
            close(descriptor)
            throw SystemError("listen at", on: description, code: code)
        }
        return descriptor
    }

    /// Binds the socket to the address; -1 with `errno` when that fails.
    private func attach(_ descriptor: CInt, _ family: CInt) -> CInt {
        if family == AF_INET {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            inet_pton(AF_INET, host, &address.sin_addr)
            return bound(descriptor, &address)
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        inet_pton(AF_INET6, host, &address.sin6_addr)
        return bound(descriptor, &address)
    }

    private func bound<Address>(_ descriptor: CInt, _ address: inout Address) -> CInt {
        let length = socklen_t(MemoryLayout<Address>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
    }
}
