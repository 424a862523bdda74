/// The house's inverter as one with the Aurora protocol: address 2, one input, silent without sun.
///
/// Power-One "Aurora Inverter Series, Communication Protocol" rel. 4.2. Its checksum, clock and answers are written
/// here a second time, apart from `MeterProtocols`, so that a fault of the decoder cannot hide itself.
public struct AuroraHouse: Sendable {
    /// The address set on the inverter's display, 2...63; 2 is the factory's.
    public static let address: UInt8 = 2
    /// Bytes of a request: address, command, six of arguments and two of checksum.
    private static let requestSize = 10
    /// The global state of an inverter that feeds in.
    private static let running: UInt8 = 6

    private var state: HouseState
    /// Energy since the inverter was made, in W·s; it begins at 12 345.678 kWh.
    private var produced = 12_345_678.0 * 3600

    /// An inverter whose panels give what the state says.
    public init(_ state: HouseState) { self.state = state }

    /// Takes the house's state of a later instant, and counts the energy produced since the last one.
    ///
    /// The new state's power counts for the whole span; an earlier instant adds nothing.
    public mutating func update(_ state: HouseState) {
        produced += state.productionWatts * Double(max(0, state.time - self.state.time))
        self.state = state
    }

    /// Answers all whole requests among the bytes sent, and takes their bytes away.
    ///
    /// A byte that begins no request with a right checksum is dropped alone. In the dark the inverter has no power, and
    /// hears nothing either: requests vanish without an answer, as at night on a real line.
    ///
    /// - Parameter sent: bytes from the master; a request not yet whole stays in them.
    /// - Returns: the answers, 8 bytes each; nothing for other addresses.
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

    /// The six bytes of an answer before the checksum: transmission state, global state and four of data.
    ///
    /// The part number and the serial number (commands 52 and 63) fill all six. Of the counters only the total (5) is
    /// known; others are refused as not available (58).
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

    /// The values by the numbers of command 59: V, A, W, Hz, °C and MΩ; others do not exist (52).
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

    /// An answer that carries a transmission state and no data.
    private func refused(_ reason: UInt8) -> [UInt8] { [reason, Self.running, 0, 0, 0, 0] }

    /// A body with its checksum behind it.
    private func sealed(_ body: [UInt8]) -> [UInt8] { body + Self.checksum(body[...]) }

    /// The four bytes of a number, the highest first.
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
