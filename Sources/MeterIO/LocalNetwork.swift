public import Glibc

/// A network that this machine is in, by IPv4.
public struct LocalNetwork: Sendable {
    /// The address of this machine there.
    public let address: in_addr_t
    /// The address that all machines of the network hear; `nil` where there is none.
    public let broadcast: in_addr_t?

    /// All of them, that of the machine itself too.
    public static func all() -> [LocalNetwork] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return [] }
        defer { freeifaddrs(first) }
        var networks: [LocalNetwork] = []
        var next = first
        while let interface = next?.pointee {
            next = interface.ifa_next
            guard let own = interface.ifa_addr.flatMap(ipv4) else { continue }
            let hasBroadcast = interface.ifa_flags & UInt32(IFF_BROADCAST) != 0
            let broadcast = hasBroadcast ? interface.ifa_ifu.ifu_broadaddr.flatMap(ipv4) : nil
            networks.append(LocalNetwork(address: own, broadcast: broadcast))
        }
        return networks
    }

    private static func ipv4(_ place: UnsafeMutablePointer<sockaddr>) -> in_addr_t? {
        guard place.pointee.sa_family == sa_family_t(AF_INET) else { return nil }
        return place.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr.s_addr }
    }
}
