public import MeterCore
public import MeterIO

/// A kind of meter that `boxenergie probe` can look for.
public protocol ProbeableSource: MeterSource {
    /// The ways to look for such meters in a place, the likeliest first; none when they cannot be there.
    static func probes(of place: ProbePlace, _ scope: ProbeScope) -> [any MeterProbe]
}

/// One way to look for meters of one kind in one place: it listens or asks, and changes nothing in any device.
public protocol MeterProbe: Sendable {
    /// What is tried, for a person: `Modbus at 9600 8N1, units 1 to 10`.
    var title: String { get }
    /// The wires on which such meters are.
    var wire: ProbeWire { get }
    /// How long it takes when nothing answers.
    var longest: Duration { get }

    /// Looks, and notes what it finds.
    ///
    /// - Throws: `CancellationError`, or why nothing more can be found in this place.
    func look(_ notes: ProbeNotes) async throws
}

extension NetworkAddress {
    /// Where devices speak Modbus, and nothing else.
    static let modbusPort = 502
}

/// Where meters may be.
public enum ProbePlace: Sendable {
    /// A serial line, by the path that a configuration is to name.
    case serial(Bus, String)
    /// A machine in the network.
    case network(Bus, NetworkAddress)
    /// What answers without being named: owserver of this machine, and devices that hear a broadcast.
    case neighbours(owserver: Bus, EcoDevicesDiscovery)

    /// What a person calls it.
    public var name: String {
        switch self {
        case .serial(_, let path): path
        case .network(_, let address): "\(address)"
        case .neighbours: "the local network"
        }
    }

    /// Whether a network is in between.
    var isFar: Bool { if case .serial = self { false } else { true } }

    var bus: Bus {
        switch self {
        case .serial(let bus, _), .network(let bus, _), .neighbours(let bus, _): bus
        }
    }

    /// The lines of a configuration that say where it is; `usualPort` need not be said.
    func lines(usualPort: Int) -> [ProbeFinding.Line] {
        switch self {
        case .serial(_, let path): [.text("device", path)]
        case .network(_, let address):
            [.text("host", address.host)] + (address.port == usualPort ? [] : [.number("port", address.port)])
        case .neighbours: []
        }
    }
}

/// What kind of wire a line is: where meters on one kind of it were found, there are none of another.
public enum ProbeWire: Sendable {
    /// The meter speaks by itself; it is listened to, and nothing is sent.
    case tic
    case rs485
    case mbus
    case network

    /// Whether nothing is sent.
    public var isPassive: Bool { self == .tic }
}

/// How far a search goes.
public struct ProbeScope: Sendable {
    /// The Modbus units to ask; the likely ones when empty.
    public var units: [UInt8]
    /// How long a device may take to begin its answer.
    public var timeout: Duration
    /// Whether also what is unlikely is tried: all addresses, all speeds, all parities.
    public var isThorough: Bool

    public init(units: [UInt8] = [], timeout: Duration = .milliseconds(300), isThorough: Bool = false) {
        self.units = units
        self.timeout = timeout
        self.isThorough = isThorough
    }

    /// How long so many questions take to which nothing comes.
    func longest(_ questions: Int, _ timeout: Duration, _ format: SerialSettings? = nil) -> Duration {
        let sending = format.map { Duration.microseconds(20 * 11_000_000 / max(1, $0.baud)) } ?? .zero
        return (timeout + sending + .milliseconds(70)) * questions
    }
}
