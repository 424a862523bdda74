/// A master's requests: reset, data and selection.
///
/// There is nothing else, so that nothing can be changed in a meter.
public enum MBusRequest {
    /// The primary address at which the selected meter answers, in place of its own.
    public static let selected: UInt8 = 0xFD

    /// `SND_NKE`: makes a meter begin its answers anew; it acknowledges.
    public static func reset(_ address: UInt8) -> MBusFrame { .short(control: 0x40, address: address) }

    /// `REQ_UD2`: asks for data.
    ///
    /// The frame-count bit differs from that of the request before, unless that one's answer was lost: the same bit
    /// makes the meter repeat it.
    public static func data(_ address: UInt8, frameCountBit: Bool) -> MBusFrame {
        .short(control: frameCountBit ? 0x7B : 0x5B, address: address)
    }

    /// Makes the meter of a secondary address the selected one, and all others not; it acknowledges.
    public static func select(_ meter: MBusMeterAddress) -> MBusFrame {
        .long(control: 0x73, address: selected, information: 0x52, data: meter.bytes)
    }
}
