import MeterProtocols

/// The answers of a device that gives all ones whatever it is asked, as some inverters do at night.
///
/// A register with a sign would be -1 then, which alone may be true; all registers of a reading cannot be.
struct SleepingRegisters {
    /// Registers of 16 bits seen in a reading.
    private var count = 0
    /// True while each of them was FFFF.
    private var isAllOnes = true

    /// True when two registers or more were read, and all of them are FFFF.
    var isAsleep: Bool { isAllOnes && count > 1 }

    /// Takes the registers of a span; bits say nothing.
    mutating func note(_ words: [UInt16], _ span: ModbusSpan) {
        guard !span.table.holdsBits else { return }
        count += words.count
        isAllOnes = isAllOnes && words.allSatisfy { $0 == 0xFFFF }
    }
}
