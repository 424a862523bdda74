import Foundation
import MeterSimulation
import Testing

/// The simulated devices against what the house knows; `ModbusSimulatorTests` reads them with the program.
struct ModbusHouseTests {
    private var house: House { House(options: HouseOptions(), start: 1_718_000_000) }

    @Test("the meter tells the house's voltage, and the checksum is right")
    func voltage() {
        var house = house
        let state = house.advance(to: 1_718_003_600)
        var sent: [UInt8] = [0x01, 0x04, 0x00, 0x00, 0x00, 0x02, 0x71, 0xCB]
        let answer = ModbusHouse(state).answer(&sent)
        #expect(sent.isEmpty && answer.count == 9 && Array(answer[..<3]) == [1, 4, 4])
        let bits = answer[3..<7].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        #expect(Float(bitPattern: bits) == Float(state.phases[0].volts))
    }

    @Test("pieces, noise and requests for others are passed over")
    func noise() {
        var house = house
        let devices = ModbusHouse(house.advance(to: 1_718_003_600))
        let marker: [UInt8] = [0x02, 0x03, 0x9C, 0x40, 0x00, 0x02, 0xEB, 0xBC]
        var sent: [UInt8] = [0xFF, 0x00] + [0x01, 0x04, 0x00, 0x00] + marker[..<3]
        #expect(devices.answer(&sent).isEmpty)
        sent += marker[3...]
        #expect(Array(devices.answer(&sent).prefix(7)) == [2, 3, 4, 0x53, 0x75, 0x6E, 0x53])
        var other: [UInt8] = [0x05, 0x03, 0xC3, 0x50, 0x00, 0x04, 0x79, 0xD8]
        #expect(devices.answer(&other).isEmpty && other.isEmpty)
    }

    @Test("what is produced adds up")
    func energy() {
        var house = house
        var devices = ModbusHouse(house.advance(to: 1_718_010_000))
        var expected = Double(devices.producedWh) * 3600
        for time in stride(from: Int64(1_718_010_060), to: 1_718_030_000, by: 60) {
            let state = house.advance(to: time)
            devices.update(state)
            expected += state.productionWatts * 60
        }
        #expect(devices.producedWh == Int64(expected / 3600) && devices.producedWh > 12_345_678)
    }

    @Test("battery, water heater and water answer where the house has them, with what it knows")
    func parts() {
        func words(_ unit: UInt8, _ function: UInt8, _ address: Int, _ count: Int, _ state: HouseState) -> [Int64] {
            var sent: [UInt8] = [
                unit, function, UInt8(address >> 8), UInt8(address & 0xFF), 0, UInt8(count),
            ]
            let sum = checksum(sent)
            sent += [UInt8(sum & 0xFF), UInt8(sum >> 8)]
            let answer = ModbusHouse(state).answer(&sent)
            guard answer.count == 5 + 2 * count else { return [] }
            return (0..<count).map { Int64(answer[3 + 2 * $0]) << 8 | Int64(answer[4 + 2 * $0]) }
        }
        func checksum(_ bytes: [UInt8]) -> UInt16 {
            bytes.reduce(0xFFFF) { sum, byte in
                (0..<8).reduce(sum ^ UInt16(byte)) { sum, _ in sum & 1 == 1 ? (sum >> 1) ^ 0xA001 : sum >> 1 }
            }
        }
        var options = HouseOptions()
        let plain = House(options: options, start: 1_718_000_000)
        var copy = plain
        let bare = copy.advance(to: 1_718_000_060)
        for unit: UInt8 in 3...5 { #expect(words(unit, unit == 4 ? 4 : 3, 0, 2, bare).isEmpty) }
        (options.hasBattery, options.hasHeaterMeter, options.hasWaterMeter) = (true, true, true)
        var house = House(options: options, start: 1_718_000_000)
        // Past a night, with the heater on at the end.
        let state = house.advance(to: 1_718_066_000)
        #expect(state.heaterWatts == 2000 && state.storage.dischargeWh > 1000)
        #expect(words(3, 3, 31_000, 2, state) == [0x564E, 0x5345], "VNSE")
        #expect(words(3, 3, 32_104, 1, state) == [Int64((state.storage.batteryPercent ?? -1).rounded())])
        let energies = words(3, 3, 33_000, 4, state)
        #expect(energies == [0, state.storage.chargeWh / 10, 0, state.storage.dischargeWh / 10])
        let heated = words(4, 4, 0x48, 2, state)
        let bits = UInt32(truncatingIfNeeded: heated.reduce(0) { $0 << 16 | $1 })
        #expect(abs(Double(Float(bitPattern: bits)) - state.truth.heatedWh / 1000) < 1e-4 && state.truth.heatedWh > 0)
        let litres = words(5, 3, 0, 2, state).reduce(0) { $0 << 16 | $1 }
        #expect(litres == state.waterLitres && litres > 0)
        #expect(words(3, 3, 100, 2, state).isEmpty, "there is nothing")
    }

    @Test("the inverter goes on from what it counted before")
    func goesOn() {
        var house = house
        let devices = ModbusHouse(house.advance(to: 1_718_003_600), producedWh: 777)
        #expect(devices.producedWh == 777)
    }

    @Test("a house without panels has no inverter that answers")
    func noPanels() {
        var options = HouseOptions()
        options.peakWatts = 0
        var house = House(options: options, start: 1_718_000_000)
        let state = house.advance(to: 1_718_020_000)
        #expect(state.productionWatts == 0 && !state.isExporting)
        var sent: [UInt8] = [0x02, 0x03, 0x9C, 0x40, 0x00, 0x02, 0xEB, 0xBC]
        #expect(ModbusHouse(state).answer(&sent).isEmpty && sent.isEmpty)
    }
}
