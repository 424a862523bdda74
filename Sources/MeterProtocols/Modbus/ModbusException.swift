import MeterNotation

/// A device's reason for refusing a request, or that of the gateway in front of it.
///
/// Modbus application protocol v1.1b3 §7. The answer has the function with bit 7 set, then this code.
public struct ModbusException: Sendable, Hashable, CustomStringConvertible {
    /// The exception code, 1...11 where Modbus defines one.
    public var code: UInt8

    /// An exception of any code.
    public init(code: UInt8) { self.code = code }

    /// True when the same request can never succeed: the device has no such function or register.
    public var isPermanent: Bool { (1...3).contains(code) }

    /// True when the device only needs a moment and may be asked again at once.
    public var isBusy: Bool { code == 5 || code == 6 }

    /// The code in plain words, with the remedy where there is one.
    public var description: String {
        let words: Phrase =
            switch code {
            case 1: "it does not know this function; try the other table (holding or input registers)"
            case 2: "it has no register at this address; is the profile that of this device?"
            case 3: "it does not take this address or this many registers; lower most_registers"
            case 4: "it failed while it worked on the request; look at its display"
            case 5: "it needs longer for this and has not finished"
            case 6: "it is busy with something else"
            case 7: "it cannot do this now"
            case 8: "its memory is damaged (parity error)"
            case 10: "the gateway has no way to it; look at the gateway's settings"
            case 11: "the gateway got no answer from it; is it switched on and is the unit number right?"
            default: "the reason is none that Modbus defines"
            }
        return said("exception \(code): \(words)")
    }
}
