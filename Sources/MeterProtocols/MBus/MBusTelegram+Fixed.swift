extension MBusTelegram {
    /// Reads the fixed structure of old meters (CI 73, 77): two counters of eight digits or 32 bits.
    ///
    /// Descriptions of the status byte differ in which end they number its bits from: a binary counter sets bit 0 or
    /// bit 7, a kept one bit 1 or bit 6. None of them has another meaning in the other reading, so either counts.
    mutating func readFixed(_ cursor: inout MBusCursor) throws(MBusError) {
        let identification = number(try cursor.field(4, of: .header))
        let accessNumber = try cursor.byte(of: .header)
        let status = try cursor.byte(of: .header)
        let units = [try cursor.byte(of: .header), try cursor.byte(of: .header)]
        // The two upper bits of both bytes are the medium, those of the second the upper half.
        let medium = units[0] >> 6 | (units[1] >> 6) << 2
        header = MBusHeader(
            meter: MBusMeterAddress(
                identification: identification,
                manufacturerCode: 0,
                version: 0,
                mediumCode: Self.fixedMedia[medium] ?? 0x0F
            ),
            accessNumber: accessNumber,
            status: MBusStatus(code: status & 0b0001_1100)
        )
        var firstUnit: MBusUnit?
        for (place, code) in units.enumerated() {
            cursor.record = place
            let data = try cursor.field(4, of: .data)
            var unit = Self.fixedUnit(code & 0x3F)
            // "As the other counter, but kept": the second has the unit of the first.
            if code & 0x3F == 0x3E, let firstUnit { unit = firstUnit }
            firstUnit = firstUnit ?? unit
            let raw: MBusValue = status & 0x81 == 0 ? .bcd(data) : .unsigned(data)
            let value: MBusValue =
                raw.number.map { .number($0.scaled(by: unit.exponent).times(unit.factor)) } ?? raw
            let isKept = status & 0x42 != 0 || code & 0x3F == 0x3E
            records.append(MBusRecord(unit.quantity, value, unit: unit.symbol, storage: isKept ? 1 : 0))
        }
        if !cursor.isAtEnd { manufacturerData = cursor.rest() }
    }

    /// The media of the fixed structure, as the codes of the variable one.
    private static let fixedMedia: [UInt8: UInt8] = [
        0: 0x00, 1: 0x01, 2: 0x02, 3: 0x03, 4: 0x04, 5: 0x05, 6: 0x06, 7: 0x07, 8: 0x08, 10: 0x03, 11: 0x04, 12: 0x06,
        13: 0x07, 14: 0x08,
    ]

    /// The unit of a code of six bits; an unknown one for those that the standard leaves out.
    private static func fixedUnit(_ code: UInt8) -> MBusUnit {
        fixedTable.first { $0.codes.contains(code) }?.unit(for: code) ?? MBusUnit(.unknown)
    }

    /// The units of the fixed structure, by runs of codes.
    private static let fixedTable: [MBusUnit.Row] = [
        .init(0x02...0x0A, .energy, "Wh", 0),
        .init(0x0B...0x13, .energy, "J", 3),
        .init(0x14...0x1C, .power, "W", 0),
        .init(0x1D...0x25, .power, "J/h", 3),
        .init(0x26...0x2E, .volume, "m³", -6),
        .init(0x2F...0x37, .volumeFlow, "m³/h", -6),
        .init(0x38...0x38, .temperature, "°C", -3),
        .init(0x39, .heatCostUnits),
        .init(0x3F, .dimensionless),
    ]
}
