/// The Modbus devices of a house on one RS485 pair: its meter and, where it has them, an inverter, a battery, and meters
/// of the water heater and of the water.
///
/// Unit 1 is the meter, with the registers of an Eastron SDM120 (function 4, floats); unit 2 the inverter, by SunSpec
/// at 40000 (function 3, models 1 and 101). Unit 3 is the battery, with the registers of a Marstek Venus E v2 (function
/// 3), unit 4 the water heater's meter, an SDM120 as well, unit 5 the water meter: litres at 0 (function 3, 32 bits).
/// Answers follow the Modbus application protocol v1.1b3.
public struct ModbusHouse: Sendable {
    /// The letters `SunS`.
    private static let marker: [UInt16] = [0x5375, 0x6E53]

    private var state: HouseState
    /// Energy since the inverter was made, in W·s.
    private var produced: Double

    /// Devices that show a state.
    ///
    /// - Parameters:
    ///   - state: what they show.
    ///   - producedWh: what the inverter's register begins with, in Wh.
    public init(_ state: HouseState, producedWh: Int64 = 12_345_678) {
        self.state = state
        produced = Double(producedWh) * 3600
    }

    /// Takes the house's state of a later instant, and counts the energy produced since the last one.
    public mutating func update(_ state: HouseState) {
        produced += state.productionWatts * Double(max(0, state.time - self.state.time))
        self.state = state
    }

    /// The inverter's total production, in Wh.
    public var producedWh: Int64 { Int64(produced / 3600) }

    /// Answers all whole requests among the bytes sent, and takes their bytes away.
    ///
    /// A byte that begins no request with a right checksum is dropped alone.
    ///
    /// - Parameter sent: bytes from the master; a request not yet whole stays in them.
    /// - Returns: the answers; nothing for other units.
    public func answer(_ sent: inout [UInt8]) -> [UInt8] {
        var answers: [UInt8] = []
        while sent.count >= 8 {
            let request = Array(sent[..<8])
            if Self.checksum(request[..<6]) == UInt16(request[6]) | UInt16(request[7]) << 8 {
                answers += answer(request)
                sent.removeFirst(8)
            } else {
                sent.removeFirst()
            }
        }
        return answers
    }

    /// The answer to one request, or an exception.
    ///
    /// Exception 1 is for another function than 3 and 4, 2 for an address without registers, 3 for a wrong count.
    private func answer(_ request: [UInt8]) -> [UInt8] {
        let (unit, function) = (request[0], request[1])
        guard has(unit) else { return [] }
        let address = Int(request[2]) << 8 | Int(request[3])
        let count = Int(request[4]) << 8 | Int(request[5])
        var answer = [unit, function | 0x80]
        if function != 3 && function != 4 {
            answer.append(1)
        } else if !(1...125).contains(count) {
            answer.append(3)
        } else if let words = words(unit, function, address, count) {
            answer = [unit, function, UInt8(2 * count)] + words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        } else {
            answer.append(2)
        }
        let sum = Self.checksum(answer[...])
        return answer + [UInt8(sum & 0xFF), UInt8(sum >> 8)]
    }

    /// True for a device that the house has.
    private func has(_ unit: UInt8) -> Bool {
        switch unit {
        case 1: true
        case 2: state.options.hasPanels
        case 3: state.options.hasBattery
        case 4: state.options.hasHeaterMeter
        case 5: state.options.hasWaterMeter
        default: false
        }
    }

    /// The registers at an address; `nil` when the device has none there, or not in that table.
    private func words(_ unit: UInt8, _ function: UInt8, _ address: Int, _ count: Int) -> [UInt16]? {
        switch unit {
        case 1, 4:
            guard function == 4, address + count <= 0x15C else { return nil }
            return Self.words(of: unit == 1 ? meter : heater, from: address, count)
        case 3, 5:
            guard function == 3 else { return nil }
            let known = unit == 3 ? battery : Self.double(0, state.waterLitres)
            let words = (address..<address + count).map { known[$0] }
            return words.contains { $0 != nil } ? words.map { $0 ?? 0 } : nil
        default: return sunSpecWords(function, address, count)
        }
    }

    private func sunSpecWords(_ function: UInt8, _ address: Int, _ count: Int) -> [UInt16]? {
        let models = Self.marker + common + inverter + [0xFFFF, 0]
        let start = address - 40_000
        guard function == 3, start >= 0, start + count <= models.count else { return nil }
        return Array(models[start..<(start + count)])
    }

    /// The values of the SDM120's registers by their address: V, A, W, VA, power factor, Hz and kWh.
    ///
    /// Power is positive while the house imports.
    private var meter: [(Int, Double)] {
        let phase = state.phases[0]
        let watts = state.netWatts
        let apparent = max(Double(state.apparentVA), abs(watts))
        return [
            (0x00, Double(phase.volts)), (0x06, apparent / Double(phase.volts)), (0x0C, watts), (0x12, apparent),
            (0x1E, apparent > 0 ? watts / apparent : 1), (0x46, 50),
            (0x48, Double(state.importWh) / 1000), (0x4A, Double(state.exportWh) / 1000),
        ]
    }

    /// The values of the SDM120 at the water heater, as in `meter`.
    private var heater: [(Int, Double)] {
        let volts = Double(state.phases[0].volts)
        return [
            (0x00, volts), (0x06, state.heaterWatts / volts), (0x0C, state.heaterWatts), (0x12, state.heaterWatts),
            (0x1E, 1), (0x46, 50), (0x48, state.truth.heatedWh / 1000),
        ]
    }

    /// The battery's registers by their address: model, state of charge, power that it gives, energies in 10 Wh, and
    /// temperature.
    private var battery: [Int: UInt16] {
        let storage = state.storage
        var words: [Int: UInt16] = [:]
        for (place, word) in Self.text("VNSE3-0", 10).enumerated() { words[31_000 + place] = word }
        words[32_104] = UInt16(clamping: Int64((storage.batteryPercent ?? 0).rounded()))
        words.merge(Self.double(32_202, Int64(storage.batteryWatts.rounded()))) { _, new in new }
        words.merge(Self.double(33_000, storage.chargeWh / 10)) { _, new in new }
        words.merge(Self.double(33_002, storage.dischargeWh / 10)) { _, new in new }
        words[35_000] = 241
        return words
    }

    /// A number of 32 bits in the two registers at an address.
    private static func double(_ address: Int, _ value: Int64) -> [Int: UInt16] {
        let bits = UInt32(truncatingIfNeeded: value)
        return [address: UInt16(bits >> 16), address + 1: UInt16(bits & 0xFFFF)]
    }

    /// Registers with floats at their addresses; those without a meaning are 0, as in a real SDM120.
    private static func words(of values: [(Int, Double)], from address: Int, _ count: Int) -> [UInt16] {
        var words = [UInt16](repeating: 0, count: 0x15C)
        for (place, value) in values {
            let bits = Float(value).bitPattern
            words.replaceSubrange(place..<(place + 2), with: [UInt16(bits >> 16), UInt16(bits & 0xFFFF)])
        }
        return Array(words[address..<(address + count)])
    }

    /// Model 1: manufacturer, model, version and serial number.
    private var common: [UInt16] {
        var words: [UInt16] = [1, 66]
        words += Self.text("boxenergie", 16)
        words += Self.text("Simulated inverter", 16)
        words += Self.text("", 8)
        words += Self.text("1", 8)
        words += Self.text("SIM-\(state.options.seed)", 16)
        return words + [2, 0x8000]
    }

    /// Model 101: a single-phase inverter with whole numbers and scale factors.
    ///
    /// Points that this inverter does not have carry the marks for "not implemented", 0xFFFF or 0x8000.
    private var inverter: [UInt16] {
        var points = [UInt16](repeating: 0xFFFF, count: 50)
        let watts = Int64(state.productionWatts)
        let volts = state.phases[0].volts
        let energy = producedWh & 0xFFFF_FFFF
        let tenths = UInt16(bitPattern: -1)
        func put(_ place: Int, _ words: UInt16...) {
            points.replaceSubrange(place..<(place + words.count), with: words)
        }
        put(0, UInt16(clamping: 10 * watts / max(1, volts)))
        put(1, UInt16(clamping: 10 * watts / max(1, volts)))
        put(4, tenths)
        put(8, UInt16(clamping: 10 * volts))
        put(11, tenths, UInt16(clamping: watts), 0, 500, tenths)
        for place in [16, 17, 18, 19, 20, 21, 26, 28, 29, 30, 31, 32, 33, 34, 35] { put(place, 0x8000) }
        put(22, UInt16(energy >> 16), UInt16(energy & 0xFFFF), 0)
        put(31, 35)
        put(35, 0)
        put(36, watts > 0 ? 4 : 2, 0xFFFF, 0, 0, 0, 0)
        return [101, 50] + points
    }

    /// A text in registers, two characters each, filled with zeros.
    private static func text(_ text: String, _ count: Int) -> [UInt16] {
        let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: 2 * count)
        return (0..<count).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
    }

    /// CRC-16 as Modbus computes it: 0xA001 reflected, beginning with 0xFFFF.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var sum: UInt16 = 0xFFFF
        for byte in bytes {
            sum ^= UInt16(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xA001 : sum >> 1 }
        }
        return sum
    }
}
