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

/// The kind of wire that a line is: where meters on one kind of it were found, there are none of another.
public enum ProbeWire: Sendable {
    /// The meter speaks by itself; it is listened to, and nothing is sent.
    case tic
    case rs485
    case mbus
    case network

    /// Whether nothing is sent.
    public var isPassive: Bool { self == .tic }
}
