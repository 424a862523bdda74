/// The place of a bus: a serial line here, or a converter in the network.
public enum BusPlace: Sendable, Hashable, CustomStringConvertible {
    /// A serial line by the path of its device, for example `/dev/ttyUSB0`.
    case serial(String)
    /// A converter by its host and TCP port.
    case network(NetworkAddress)

    /// The serial line of this machine; `nil` when the bus is in the network.
    public var serialDevice: String? { if case .serial(let device) = self { device } else { nil } }

    /// True when a network is in between, which answers later than a line.
    public var isFar: Bool { serialDevice == nil }

    /// The name for a person: `/dev/ttyUSB0`, `192.168.1.20:502`.
    public var description: String {
        switch self {
        case .serial(let device): device
        case .network(let address): "\(address)"
        }
    }

    /// The lines of a configuration that say where it is: `device`, or `host` and `port`; `usualPort` need not be said.
    public func lines(usualPort: Int) -> [ProbeFinding.Line] {
        switch self {
        case .serial(let device): [.text("device", device)]
        case .network(let address):
            [.text("host", address.host)] + (address.port == usualPort ? [] : [.number("port", address.port)])
        }
    }
}

/// A machine in the network, and the TCP port that it listens at.
public struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
    /// The TCP port of Modbus, as the Modbus messaging guide reserves it.
    public static let modbusPort = 502

    /// The name or the address, IPv4 or IPv6 without brackets.
    public var host: String
    /// The TCP port, from 1 to 65535.
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Host and port as in a URL: an IPv6 address stands in brackets.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
