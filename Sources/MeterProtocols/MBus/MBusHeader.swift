/// Who answers: the head of a meter's answer.
public struct MBusHeader: Sendable, Hashable {
    /// The meter's own address; an answer with the short header does not say it.
    public var meter: MBusMeterAddress?
    /// Counts the answers.
    public var accessNumber: UInt8
    public var status: MBusStatus
    /// Zero, or how the records are encrypted.
    public var signature: UInt16

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

    /// EN 13757-7's mode of encryption, where the signature is one that says it; old meters put anything there.
    var encryptionMode: Int? {
        let mode = Int(signature >> 8 & 0x1F)
        return [2, 3, 5, 7, 8, 9, 10, 13].contains(mode) ? mode : nil
    }
}

/// What a meter says of itself in each answer.
public struct MBusStatus: Sendable, Hashable {
    public var code: UInt8

    public init(code: UInt8) { self.code = code }

    /// In words; none when all is well.
    ///
    /// The three highest bits mean what the manufacturer wants.
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
