import MeterSimulation
import Testing

/// The simulated inverter against what the house knows.
struct AuroraHouseTests {
    private static let askPower: [UInt8] = [0x02, 0x3B, 0x03, 0, 0, 0, 0, 0, 0xA9, 0x24]

    private func state(_ time: Int64) -> HouseState {
        var house = House(options: HouseOptions(), start: time - 60)
        return house.advance(to: time)
    }

    @Test("it tells the house's production by day and says nothing in the dark")
    func night() {
        // Noon and midnight of a day in June.
        let noon = state(1_718_013_600)
        var sent = Self.askPower
        let answer = AuroraHouse(noon).answer(&sent)
        #expect(sent.isEmpty && answer.count == 8 && Array(answer[..<2]) == [0, 6])
        let bits = answer[2..<6].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        #expect(Double(Float(bitPattern: bits)) == noon.productionWatts.rounded() && noon.productionWatts > 0)
        var more = Self.askPower
        #expect(AuroraHouse(state(1_718_060_400)).answer(&more).isEmpty && more.isEmpty)
    }

    @Test("its answers carry the right checksum, and pieces and noise are passed over")
    func framing() {
        let inverter = AuroraHouse(state(1_718_013_600))
        // Total energy, and the answer for 12 345 678 Wh, from the notes on the protocol.
        let ask: [UInt8] = [0x02, 0x4E, 0x05, 0, 0, 0, 0, 0, 0xBC, 0xDD]
        var sent: [UInt8] = [0xFF, 0x3B] + ask[..<4]
        #expect(inverter.answer(&sent).isEmpty)
        sent += ask[4...]
        #expect(inverter.answer(&sent) == [0x00, 0x06, 0x00, 0xBC, 0x61, 0x4E, 0x01, 0x34])
        var other: [UInt8] = [0x03] + ask[1...]
        #expect(inverter.answer(&other).isEmpty)
    }
}
