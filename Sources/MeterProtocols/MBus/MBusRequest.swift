/// What a master asks: to listen up, to answer.
///
/// There is nothing else, so that nothing can be changed in a meter.
public enum MBusRequest {
    /// The primary address at which the meter answers that was selected by its secondary one.
    public static let selected: UInt8 = 0xFD

    /// `SND_NKE`: makes a meter begin its answers anew; it acknowledges.
    public static func reset(_ address: UInt8) -> MBusFrame { .short(control: 0x40, address: address) }

    /// `REQ_UD2`: asks for data.
    ///
    /// The frame-count bit is other than in the request before, unless that one's answer was lost: then the meter repeats
    /// it.
    public static func data(_ address: UInt8, frameCountBit: Bool) -> MBusFrame {
        .short(control: frameCountBit ? 0x7B : 0x5B, address: address)
    }

    /// Makes the meter of a secondary address the selected one, and all others not; it acknowledges.
    public static func select(_ meter: MBusMeterAddress) -> MBusFrame {
        .long(control: 0x73, address: selected, information: 0x52, data: meter.bytes)
    }
}
