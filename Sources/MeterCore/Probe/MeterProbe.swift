/// One way to look for meters of one kind in one place: it listens or asks, and changes nothing in any device.
public protocol MeterProbe: Sendable {
    /// The attempt in words, for a person: `Modbus at 9600 8N1, units 1 to 10`.
    var title: String { get }
    /// The wires on which such meters are.
    var wire: ProbeWire { get }
    /// The duration when nothing answers.
    var longest: Duration { get }

    /// Looks, and notes what it finds.
    ///
    /// - Throws: `CancellationError`, or the error for which nothing more can be found in this place.
    func look(_ notes: ProbeNotes) async throws
}

/// The kind of wire that a line is: where meters on one kind of it were found, there are none of another.
public enum ProbeWire: Sendable {
    /// The teleinformation of a Linky: the meter speaks by itself; it is listened to, and nothing is sent.
    case tic
    /// A pair of wires with Modbus RTU, or an inverter's own protocol.
    case rs485
    /// The wired M-Bus of water, heat and gas meters.
    case mbus
    /// The local network.
    case network

    /// True when nothing is sent.
    public var isPassive: Bool { self == .tic }
}
