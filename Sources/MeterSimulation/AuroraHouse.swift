/// The house's inverter as one with the Aurora protocol: address 2, one input, silent without sun.
///
/// Power-One "Aurora Inverter Series, Communication Protocol" rel. 4.2.
public struct AuroraHouse: Sendable {
    /// The number on its display.
    public static let address: UInt8 = 2
    private static let requestSize = 10
    private static let running: UInt8 = 6

    private var state: HouseState
    /// Watt-seconds since it was made.
    private var produced = 12_345_678.0 * 3600

    public init(_ state: HouseState) { self.state = state }

    /// Takes over how things are now.
    public mutating func update(_ state: HouseState) {
        produced += state.productionWatts * Double(max(0, state.time - self.state.time))
        self.state = state
    }

    /// What comes back for what was sent: the answers to all whole requests, whose bytes are taken.
    ///
    /// In the dark it has no power, and hears nothing either.
    public func answer(_ sent: inout [UInt8]) -> [UInt8] {
        var answers: [UInt8] = []
        while sent.count >= Self.requestSize {
            let request = Array(sent[..<Self.requestSize])
            guard Self.checksum(request[..<8]) == Array(request[8...]) else {
                sent.removeFirst()
                continue
            }
            sent.removeFirst(Self.requestSize)
            if request[0] == Self.address, state.productionWatts > 0 { answers += sealed(body(request)) }
        }
        return answers
    }

    /// The six bytes of an answer before the checksum.
    private func body(_ request: [UInt8]) -> [UInt8] {
        let head = [0, Self.running]
        switch request[1] {
        case 50: return head + [2, 2, 0, 0]
        case 52: return Array("-SIM1-".utf8)
        case 58: return head + Array("1FNN".utf8)
        case 59: return measures[request[2]].map { head + Self.bytes(Float($0).bitPattern) } ?? refused(52)
        case 63: return Array("S".utf8) + Array(padded(Int64(state.options.seed % 100_000), 5).utf8)
        case 65: return head + Array("2811".utf8)
        case 70: return head + Self.bytes(clock)
        case 72: return head + Array("C006".utf8)
        case 78 where request[2] == 5: return head + Self.bytes(UInt32(truncatingIfNeeded: Int64(produced / 3600)))
        case 78: return refused(58)
        case 86: return head + [0, 0, 0, 0]
        default: return refused(51)
        }
    }

    /// By the numbers of command 59.
    private var measures: [UInt8: Double] {
        let watts = state.productionWatts.rounded()
        let volts = Double(state.phases[0].volts)
        return [
            1: volts, 2: watts / max(1, volts), 3: watts, 4: 50, 21: 25 + watts / 200, 23: 310, 25: watts / 0.96 / 310,
            30: 12.5,
        ]
    }

    /// Seconds since 2000 by the clock of the house.
    private var clock: UInt32 {
        let offset: Int64 = ParisTime.isSummer(state.time) ? 7200 : 3600
        return UInt32(clamping: state.time + offset - 946_684_800)
    }

    private func refused(_ reason: UInt8) -> [UInt8] { [reason, Self.running, 0, 0, 0, 0] }

    private func sealed(_ body: [UInt8]) -> [UInt8] { body + Self.checksum(body[...]) }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// CRC-16/X-25, low byte first.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var sum: UInt16 = 0xFFFF
        for byte in bytes {
            sum ^= UInt16(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x8408 : sum >> 1 }
        }
        return [UInt8(truncatingIfNeeded: ~sum), UInt8(~sum >> 8)]
    }
}
