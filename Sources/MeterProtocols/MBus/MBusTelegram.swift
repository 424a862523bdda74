/// A meter's answer, decoded: who answers, and its records.
public struct MBusTelegram: Sendable, Hashable {
    /// The primary address.
    public var address: UInt8
    /// The CI field.
    public var information: UInt8
    /// An answer may have none (CI 78).
    public var header: MBusHeader?
    public var records: [MBusRecord]
    /// What only the manufacturer understands.
    public var manufacturerData: [UInt8]?
    /// The meter has more to say if it is asked again.
    public var moreFollows: Bool

    /// Decodes a frame; all of its records, or none.
    ///
    /// - Throws: why not, among that what the meter says in place of an answer.
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

    fileprivate mutating func shortHeader() throws(MBusError) -> MBusHeader {
        MBusHeader(
            meter: nil,
            accessNumber: try byte(of: .header),
            status: MBusStatus(code: try byte(of: .header)),
            signature: UInt16(truncatingIfNeeded: number(try field(2, of: .header)))
        )
    }
}

/// Bytes of which the low one comes first.
func number(_ bytes: [UInt8]) -> UInt32 { bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
