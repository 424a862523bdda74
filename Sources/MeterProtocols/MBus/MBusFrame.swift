import MeterNotation

/// A frame of the M-Bus's link layer (EN 13757-2), whose lengths and checksum are right.
public enum MBusFrame: Sendable, Hashable {
    /// `E5`: the meter has understood.
    case acknowledge
    /// `10 C A CS 16`.
    case short(control: UInt8, address: UInt8)
    /// `68 L L 68 C A CI data CS 16`; one without data is also called a control frame.
    case long(control: UInt8, address: UInt8, information: UInt8, data: [UInt8])

    /// The frame as it goes over the wire.
    ///
    /// The checksum is the sum of the bytes from the control byte on, modulo 256. Data of more than 252 bytes are a
    /// fault of the program.
    public var bytes: [UInt8] {
        switch self {
        case .acknowledge: return [0xE5]
        case .short(let control, let address): return [0x10, control, address, control &+ address, 0x16]
        case .long(let control, let address, let information, let data):
            precondition(data.count <= 252, "an M-Bus frame has room for 252 bytes of data")
            let body = [control, address, information] + data
            let length = UInt8(body.count)
            return [0x68, length, length, 0x68] + body + [body.reduce(0, &+), 0x16]
        }
    }

    /// The standard's name of the control byte: the request or the kind of answer.
    public var controlName: String {
        switch self {
        case .acknowledge: "ACK"
        case .short(let control, _), .long(let control, _, _, _): Self.name(ofControl: control)
        }
    }

    private static func name(ofControl control: UInt8) -> String {
        switch control {
        case 0x40: "SND_NKE"
        case 0x53, 0x73: "SND_UD"
        case 0x5A, 0x7A: "REQ_UD1"
        case 0x5B, 0x7B: "REQ_UD2"
        case 0x08, 0x18, 0x28, 0x38: "RSP_UD"
        default: "0x" + hexadecimal([control])
        }
    }
}
