/// The four tables of a Modbus device; the raw value is the function that reads one.
///
/// There is no function here that writes, and there must never be one.
public enum ModbusTable: UInt8, Sendable, Hashable, CaseIterable, Comparable {
    /// Bits that could also be written, function 1.
    case coils = 1
    /// Bits that can only be read, function 2.
    case discreteInputs = 2
    /// Registers that could also be written, function 3: printed as 40001 and up in many manuals.
    case holdingRegisters = 3
    /// Registers that can only be read, function 4: printed as 30001 and up in many manuals.
    case inputRegisters = 4

    /// True when its entries are single bits and not registers of 16.
    public var holdsBits: Bool { self == .coils || self == .discreteInputs }

    /// The most entries that one request may ask for, by the standard: 2000 bits or 125 registers.
    public var mostEntries: Int { holdsBits ? 2000 : 125 }

    /// The order of the function codes.
    public static func < (a: ModbusTable, b: ModbusTable) -> Bool { a.rawValue < b.rawValue }
}

/// Neighbouring entries of a table, by their address on the wire, which counts from 0.
public struct ModbusSpan: Sendable, Hashable {
    /// The table.
    public var table: ModbusTable
    /// The address of the first entry on the wire, 0...65 535; manuals often print one more.
    public var address: Int
    /// The number of entries.
    public var count: Int

    /// Entries of a table; any numbers are a span, `isPossible` tells those that can be read.
    public init(_ table: ModbusTable, at address: Int, count: Int) {
        self.table = table
        self.address = address
        self.count = count
    }

    /// The address behind the last entry, 65 536 at most in a possible span.
    public var end: Int { address + count }

    /// True when one request can ask for it: at least one entry, not too many, and all below 65 536.
    public var isPossible: Bool { address >= 0 && (1...table.mostEntries).contains(count) && end <= 0x10000 }
}
