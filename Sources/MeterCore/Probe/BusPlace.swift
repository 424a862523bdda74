/// The place of a bus: a serial line here, or a converter in the network.
public enum BusPlace: Sendable, Hashable, CustomStringConvertible {
    /// The path of the device.
    case serial(String)
    case network(NetworkAddress)

    /// The serial line of this machine; `nil` when the bus is in the network.
    public var serialDevice: String? { if case .serial(let device) = self { device } else { nil } }

    /// Whether a network is in between.
    public var isFar: Bool { serialDevice == nil }

    /// What a person calls it: `/dev/ttyUSB0`, `192.168.1.20:502`.
    public var description: String {
        switch self {
        case .serial(let device): device
        case .network(let address): "\(address)"
        }
    }

    /// The lines of a configuration that say where it is; `usualPort` need not be said.
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
    /// Where devices speak Modbus, and nothing else.
    public static let modbusPort = 502

    public var host: String
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
