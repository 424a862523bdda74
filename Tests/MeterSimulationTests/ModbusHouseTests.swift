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
