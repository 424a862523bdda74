/// The head of a meter's answer: its identity and its condition.
///
/// Twelve bytes in the long form (CI 72), four without the address in the short one (CI 7A).
public struct MBusHeader: Sendable, Hashable {
    /// The meter's own address; an answer with the short header does not say it.
    public var meter: MBusMeterAddress?
    /// The number of the answer, modulo 256.
    public var accessNumber: UInt8
    /// The meter's condition.
    public var status: MBusStatus
    /// Zero, or the kind of encryption of the records.
    public var signature: UInt16

    /// A header; the defaults are those of a meter that is well and does not encrypt.
    public init(
        meter: MBusMeterAddress?,
        accessNumber: UInt8,
        status: MBusStatus = .init(code: 0),
        signature: UInt16 = 0
    ) {
        self.meter = meter
        self.accessNumber = accessNumber
        self.status = status
        self.signature = signature
    }

    /// EN 13757-7's mode of encryption; `nil` where the signature is none that says it: old meters put anything there.
    var encryptionMode: Int? {
        let mode = Int(signature >> 8 & 0x1F)
        return [2, 3, 5, 7, 8, 9, 10, 13].contains(mode) ? mode : nil
    }
}

/// A meter's condition, one byte in each answer.
public struct MBusStatus: Sendable, Hashable {
    /// The status byte.
    public var code: UInt8

    /// A condition from a status byte; any byte is one.
    public init(code: UInt8) { self.code = code }

    /// The condition in words; none when all is well.
    ///
    /// The three highest bits are the manufacturer's own, and left out.
    public var conditions: [String] {
        var conditions: [String] = []
        switch code & 3 {
        case 1: conditions.append("busy")
        case 2: conditions.append("application error")
        case 3: conditions.append("abnormal condition")
        default: break
        }
        if code & 4 != 0 { conditions.append("power low") }
        if code & 8 != 0 { conditions.append("permanent error") }
        if code & 16 != 0 { conditions.append("temporary error") }
        return conditions
    }
}
