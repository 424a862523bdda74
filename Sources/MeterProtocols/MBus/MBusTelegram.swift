/// A meter's answer, decoded: its header and its records.
public struct MBusTelegram: Sendable, Hashable {
    /// The primary address of the meter, 0...250.
    public var address: UInt8
    /// The CI field, which tells the structure: 72 and 76 variable, 73 and 77 fixed, 78 and 7A without the long header.
    public var information: UInt8
    /// The header; an answer may have none (CI 78).
    public var header: MBusHeader?
    /// The records in their order, kept and extreme values included.
    public var records: [MBusRecord]
    /// The bytes behind DIF 0F or 1F, which only the manufacturer understands; `nil` when there are none.
    public var manufacturerData: [UInt8]?
    /// True when the meter has more to say if it is asked again (DIF 1F).
    public var moreFollows: Bool

    /// Decodes a frame; all of its records, or none.
    ///
    /// - Throws: `MBusError`: a broken or encrypted frame, one that is no answer, or the meter's own refusal.
    public init(_ frame: MBusFrame) throws(MBusError) {
        guard case .long(_, let address, let information, let data) = frame else {
            throw .notAnAnswer(information: 0)
        }
        self.address = address
        self.information = information
        records = []
        manufacturerData = nil
        moreFollows = false
        var cursor = MBusCursor(data, isHighByteFirst: [0x76, 0x77].contains(information))
        switch information {
        case 0x70: throw .application(MBusApplicationError(code: data.first ?? 0))
        case 0x72, 0x76: header = try cursor.header()
        case 0x7A: header = try cursor.shortHeader()
        case 0x78: header = nil
        case 0x73, 0x77:
            try readFixed(&cursor)
            return
        default: throw .notAnAnswer(information: information)
        }
        if let mode = header?.encryptionMode, !cursor.remaining.isEmpty, !cursor.remaining.starts(with: [0x2F, 0x2F]) {
            throw .encrypted(mode: mode)
        }
        while !cursor.isAtEnd {
            let dif = try cursor.byte(of: .dif)
            switch dif {
            // A filler.
            case 0x2F: continue
            case 0x0F, 0x1F:
                moreFollows = dif == 0x1F
                manufacturerData = cursor.rest()
            default:
                records.append(try cursor.record(dif: dif))
                cursor.record += 1
            }
        }
    }
}

extension MBusCursor {
    /// Reads the long header, twelve bytes.
    fileprivate mutating func header() throws(MBusError) -> MBusHeader {
        let identification = number(try field(4, of: .header))
        let manufacturer = UInt16(truncatingIfNeeded: number(try field(2, of: .header)))
        let meter = MBusMeterAddress(
            identification: identification,
            manufacturerCode: manufacturer,
            version: try byte(of: .header),
            mediumCode: try byte(of: .header)
        )
        var header = try shortHeader()
        header.meter = meter
        return header
    }

    /// Reads the short header, four bytes.
    fileprivate mutating func shortHeader() throws(MBusError) -> MBusHeader {
        MBusHeader(
            meter: nil,
            accessNumber: try byte(of: .header),
            status: MBusStatus(code: try byte(of: .header)),
            signature: UInt16(truncatingIfNeeded: number(try field(2, of: .header)))
        )
    }
}

/// The number of up to four bytes of which the low one comes first.
func number(_ bytes: [UInt8]) -> UInt32 { bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
