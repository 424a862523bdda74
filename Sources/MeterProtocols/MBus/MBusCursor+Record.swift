extension MBusCursor {
    /// The most extensions (DIFE, VIFE) of one record, by the standard.
    private static let mostExtensions = 10

    /// The record that begins here: DIF, DIFE, VIF, VIFE and data.
    ///
    /// - Parameter dif: its first byte, which was read already.
    /// - Returns: the record, its value scaled.
    /// - Throws: `MBusError`, after which the place of the next record is unknown.
    mutating func record(dif: UInt8) throws(MBusError) -> MBusRecord {
        guard dif & 0x0F != 0x0F else { throw .reservedDIF(dif, record: record) }
        var record = MBusRecord(.unknown, .none)
        record.function = [.instantaneous, .maximum, .minimum, .duringError][Int(dif >> 4 & 3)]
        record.storage = UInt64(dif >> 6 & 1)
        try readExtensions(of: &record, after: dif)
        var information = try valueInformation()
        let length = try dataLength(dif)
        let data = try field(length.count, of: .data)
        information.apply(to: &record, length.type, data)
        return record
    }

    /// Reads the DIFE: each has four bits of the storage number, two of the tariff and one of the subunit, the lowest
    /// first.
    private mutating func readExtensions(of record: inout MBusRecord, after dif: UInt8) throws(MBusError) {
        var last = dif
        var count = 0
        while last & 0x80 != 0 {
            last = try byte(of: .dif)
            guard count < Self.mostExtensions else { throw .tooManyExtensions(.dif, record: self.record) }
            record.storage |= UInt64(last & 0x0F) << (1 + 4 * count)
            record.tariff |= UInt32(last >> 4 & 3) << (2 * count)
            record.subunit |= UInt16(last >> 6 & 1) << count
            count += 1
        }
    }

    /// Reads the VIF and its extensions; a plain-text VIF (7C) has its text before them.
    private mutating func valueInformation() throws(MBusError) -> MBusValueInformation {
        let vif = try byte(of: .vif)
        var information = MBusValueInformation()
        if vif & 0x7F == 0x7C {
            let count = Int(try byte(of: .vifText))
            information.name = latin(try field(count, of: .vifText))
        }
        var codes: [UInt8] = []
        var last = vif
        while last & 0x80 != 0 {
            last = try byte(of: .vif)
            guard codes.count < Self.mostExtensions else { throw .tooManyExtensions(.vif, record: record) }
            codes.append(last)
        }
        information.resolve(vif, codes)
        return information
    }

    /// The number of bytes that follow and their type, by the DIF's lowest four bits; a variable length reads one more
    /// byte.
    private mutating func dataLength(
        _ dif: UInt8
    ) throws(MBusError) -> (count: Int, type: MBusValueInformation.DataType) {
        switch dif & 0x0F {
        case 0x0, 0x8: return (0, .none)
        case 0x1...0x4: return (Int(dif & 0x0F), .integer)
        case 0x5: return (4, .real)
        case 0x6: return (6, .integer)
        case 0x7: return (8, .integer)
        case 0x9...0xC: return (Int(dif & 0x0F) - 8, .bcd)
        case 0xE: return (6, .bcd)
        default: return variableLength(try byte(of: .data))
        }
    }

    /// The number of bytes and their type by the first byte of a variable length (LVAR).
    private func variableLength(_ code: UInt8) -> (count: Int, type: MBusValueInformation.DataType) {
        switch code {
        case 0x00...0xBF: (Int(code), .text)
        case 0xC0...0xC9: (Int(code - 0xC0), .bcd)
        case 0xD0...0xD9: (Int(code - 0xD0), .negativeBCD)
        case 0xE0...0xEF: (Int(code - 0xE0), .bytes)
        case 0xF0...0xF4: (4 * Int(code - 0xEC), .bytes)
        case 0xF5: (48, .bytes)
        case 0xF6: (64, .bytes)
        // Reserved: as long as all that can follow, which is refused.
        default: (Int.max, .bytes)
        }
    }
}
