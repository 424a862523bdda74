/// A simulated meter on an M-Bus: its register, its addresses and its answers.
///
/// Link layer and records of EN 13757-2 and EN 13757-3, written apart from the decoder. Registers grow at a constant
/// rate.
public struct MBusMeter: Sendable {
    /// The medium of a meter.
    public enum Kind: String, Sendable, CaseIterable { case heat, water, gas, electricity }

    /// The medium that the meter counts.
    public let kind: Kind
    /// The primary address, 1...250.
    public let address: UInt8
    /// The identification number, eight digits: the beginning of the secondary address.
    public let number: UInt32
    /// The instant of the registers' first values, in seconds since 1970.
    private let start: Int64
    /// The number of answers given, modulo 256.
    private var accessNumber: UInt8 = 0
    /// True while the meter is selected by its secondary address, and answers at 0xFD.
    private var isSelected = false
    /// The frame-count bit of the last request; `nil` after a reset, when the first telegram is due.
    private var lastBit: Bool?
    /// The place of the telegram that answered the last request.
    private var telegram = 0

    /// A meter whose registers had their first values at an instant.
    ///
    /// - Parameters:
    ///   - kind: the medium.
    ///   - address: the primary address, 1...250.
    ///   - number: the identification number, up to eight digits.
    ///   - start: seconds since 1970.
    public init(_ kind: Kind, address: UInt8, number: UInt32, start: Int64) {
        self.kind = kind
        self.address = address
        self.number = number
        self.start = start
    }

    // MARK: - What it counts

    /// The main register at an instant: kWh of heat, litres of water or gas, Wh of electricity.
    public func register(at time: Int64) -> Int64 {
        let seconds = max(0, time - start)
        return switch kind {
        case .heat: 23_456 + seconds * 4 / 3600
        case .water: 1_234_567 + seconds / 60
        case .gas: 4_321_000 + seconds * 800 / 3600
        case .electricity: 9_876_543 + seconds * 1500 / 3600
        }
    }

    /// The records of each telegram, behind the header.
    ///
    /// The electricity meter has two, of which the first ends in DIF 1F: more follows if it is asked again.
    private func telegrams(at time: Int64) -> [[UInt8]] {
        let register = register(at: time)
        var first = MBusRecordWriter()
        switch kind {
        case .heat:
            first.decimal(0x0C, [0x06], register, bytes: 4)
            first.decimal(0x0C, [0x14], register * 2, bytes: 4)
            first.decimal(0x0B, [0x2B], 4000, bytes: 3)
            first.decimal(0x0B, [0x3B], 172, bytes: 3)
            first.decimal(0x0A, [0x5A], 553, bytes: 2)
            first.decimal(0x0A, [0x5E], 353, bytes: 2)
            first.decimal(0x0B, [0x61], 2000, bytes: 3)
            first.decimal(0x1B, [0x2B], 9750, bytes: 3)
            first.decimal(0x4C, [0x06], 20_000, bytes: 4)
            first.dueDate(0x42, yearOf: time)
            first.dateAndTime(time)
            // Manufacturer data (DIF 0F) that look like the beginning and the end of a frame.
            first.append([0x0F, 0x68, 0x03, 0x03, 0x68, 0x16])
        case .water:
            first.decimal(0x0C, [0x13], register, bytes: 4)
            first.decimal(0x0B, [0x3B], 60, bytes: 3)
            first.dateAndTime(time)
        case .gas:
            first.decimal(0x0C, [0x13], register, bytes: 4)
            first.decimal(0x0B, [0x3B], 800, bytes: 3)
        case .electricity:
            first.integer(0x06, [0x83, 0x3B], register, bytes: 6)
            first.integer(0x06, [0x83, 0x3C], register / 10, bytes: 6)
            first.integer(0x04, [0x2B], 1500, bytes: 4)
            first.integer(0x02, [0xFD, 0x48], 2315, bytes: 2)
            first.integer(0x03, [0xFD, 0x59], 6523, bytes: 3)
            first.append([0x1F])
            var second = MBusRecordWriter()
            second.integer(0x86, [0x10, 0x03], register / 3, bytes: 6)
            second.integer(0x86, [0x20, 0x03], register - register / 3, bytes: 6)
            second.dateAndTime(time)
            return [first.bytes, second.bytes]
        }
        return [first.bytes]
    }

    /// The manufacturer's three letters, five bits each: KAM, SPX, LSE and ABB.
    private var manufacturer: UInt16 {
        switch kind {
        case .heat: 0x2C2D
        case .water: 0x4E18
        case .gas: 0x3265
        case .electricity: 0x0442
        }
    }

    /// The medium's code of EN 13757-3.
    private var medium: UInt8 {
        switch kind {
        case .heat: 0x04
        case .water: 0x07
        case .gas: 0x03
        case .electricity: 0x02
        }
    }

    /// The secondary address as it goes over the wire, eight bytes: number, manufacturer, version 0x20 and medium.
    private var identity: [UInt8] {
        var writer = MBusRecordWriter()
        writer.decimal(0, [], Int64(number), bytes: 4)
        return Array(writer.bytes.dropFirst())
            + [UInt8(truncatingIfNeeded: manufacturer), UInt8(manufacturer >> 8), 0x20, medium]
    }

    // MARK: - How it answers

    /// Answers a request whose frame is right.
    ///
    /// It knows `SND_NKE` (40), the selection by `SND_UD` (53, 73) and `REQ_UD2` (5B, 7B); all else goes unanswered.
    ///
    /// - Parameters:
    ///   - body: control byte, address and the rest, without checksum and end.
    ///   - time: seconds since 1970.
    /// - Returns: the answer, `E5` or a long frame; nothing when the request is for another meter.
    mutating func answer(_ body: [UInt8], at time: Int64) -> [UInt8] {
        guard body.count >= 2 else { return [] }
        let isMeant = body[1] == address || body[1] == 0xFE || (body[1] == 0xFD && isSelected)
        switch body[0] {
        case 0x40:
            if body[1] == 0xFF || body[1] == 0xFD { isSelected = false }
            guard isMeant else { return [] }
            (lastBit, telegram) = (nil, 0)
            return [0xE5]
        case 0x53, 0x73:
            guard body.count == 11, body[1] == 0xFD, body[2] & 0xFB == 0x52 else { return [] }
            isSelected = matches(Array(body[3...]))
            (lastBit, telegram) = (nil, 0)
            return isSelected ? [0xE5] : []
        case 0x5B, 0x7B: return isMeant ? data(frameCountBit: body[0] == 0x7B, at: time) : []
        default: return []
        }
    }

    /// The telegram for a request for data.
    ///
    /// The same frame-count bit again means that the answer was lost: it is repeated. Another bit asks for the next
    /// one.
    private mutating func data(frameCountBit: Bool, at time: Int64) -> [UInt8] {
        let all = telegrams(at: time)
        if let lastBit, lastBit != frameCountBit {
            telegram = (telegram + 1) % all.count
        }
        lastBit = frameCountBit
        accessNumber &+= 1
        let body = [0x08, address, 0x72] + identity + [accessNumber, 0, 0, 0] + all[telegram]
        let length = UInt8(body.count)
        return [0x68, length, length, 0x68] + body + [body.reduce(0, &+), 0x16]
    }

    /// True when a selection means this meter; an F stands for any digit, FF for any manufacturer, version or medium.
    private func matches(_ wanted: [UInt8]) -> Bool {
        for (place, (want, own)) in zip(wanted, identity).enumerated() {
            if place >= 4 {
                guard want == 0xFF || want == own else { return false }
            } else {
                guard want >> 4 == 0xF || want >> 4 == own >> 4, want & 0xF == 0xF || want & 0xF == own & 0xF else {
                    return false
                }
            }
        }
        return true
    }
}
