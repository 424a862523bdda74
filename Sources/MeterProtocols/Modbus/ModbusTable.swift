/// The four tables of a Modbus device; the raw value is the function that reads one.
///
/// There is no function here that writes, and there must never be one.
public enum ModbusTable: UInt8, Sendable, Hashable, CaseIterable, Comparable {
    case coils = 1
    case discreteInputs = 2
    case holdingRegisters = 3
    case inputRegisters = 4

    /// Whether its entries are single bits and not registers of 16.
    public var holdsBits: Bool { self == .coils || self == .discreteInputs }

    /// The most entries that one request may ask for, by the standard.
    public var mostEntries: Int { holdsBits ? 2000 : 125 }

    public static func < (a: ModbusTable, b: ModbusTable) -> Bool { a.rawValue < b.rawValue }
}

/// Neighbouring entries of a table, by their address on the wire, which counts from 0.
public struct ModbusSpan: Sendable, Hashable {
    public var table: ModbusTable
    public var address: Int
    public var count: Int

    public init(_ table: ModbusTable, at address: Int, count: Int) {
        self.table = table
        self.address = address
        self.count = count
    }

    /// The address behind the last entry.
    public var end: Int { address + count }

    /// Whether a request can ask for it at all.
    public var isPossible: Bool { address >= 0 && (1...table.mostEntries).contains(count) && end <= 0x10000 }
}
