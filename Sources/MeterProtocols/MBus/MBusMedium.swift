import MeterNotation

/// The medium that a meter measures, by its code in EN 13757-3.
public struct MBusMedium: Sendable, Hashable, CustomStringConvertible {
    /// The code; 2 is electricity, 7 water.
    public var code: UInt8

    /// A medium of any code.
    public init(code: UInt8) { self.code = code }

    /// The name in words, or the code where the standard has none.
    public var description: String { Self.names[code] ?? "0x" + hexadecimal([code]) }

    private static let names: [UInt8: String] = [
        0x00: "other", 0x01: "oil", 0x02: "electricity", 0x03: "gas", 0x04: "heat (outlet)", 0x05: "steam",
        0x06: "warm water", 0x07: "water", 0x08: "heat cost allocator", 0x09: "compressed air",
        0x0A: "cooling (outlet)", 0x0B: "cooling (inlet)", 0x0C: "heat (inlet)", 0x0D: "heat and cooling",
        0x0E: "bus/system", 0x0F: "unknown", 0x10: "irrigation water", 0x11: "water logger", 0x12: "gas logger",
        0x13: "gas converter", 0x14: "calorific value", 0x15: "hot water", 0x16: "cold water", 0x17: "dual water",
        0x18: "pressure", 0x19: "A/D converter", 0x1A: "smoke detector", 0x1B: "room sensor", 0x1C: "gas detector",
        0x20: "breaker (electricity)", 0x21: "valve (gas or water)", 0x25: "display", 0x28: "waste water",
        0x29: "garbage", 0x30: "service unit", 0x36: "radio converter (system)", 0x37: "radio converter (meter)",
    ]
}
