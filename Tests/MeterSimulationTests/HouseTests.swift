import MeterSimulation
import Testing

@Suite struct HouseTests {
    private func options(_ mode: HouseMode, _ phases: Int, _ tariff: HouseTariff, _ isProducer: Bool) -> HouseOptions {
        var options = HouseOptions()
        options.mode = mode
        options.phases = phases
        options.tariff = tariff
        options.isProducer = isProducer
        return options
    }

    @Test(
        "frames have the lengths that Enedis's tables give",
        arguments: [
            (HouseMode.standard, 1, HouseTariff.hphc, false, 865), (.standard, 1, .hphc, true, 1093),
            (.standard, 3, .hphc, true, 1442), (.historique, 1, .base, false, 152), (.historique, 1, .hphc, false, 170),
            (.historique, 1, .tempo, false, 275), (.historique, 3, .base, false, 233),
        ]
    )
    func lengths(_ mode: HouseMode, _ phases: Int, _ tariff: HouseTariff, _ isProducer: Bool, _ length: Int) {
        var house = House(options: options(mode, phases, tariff, isProducer), start: 1_718_000_000)
        #expect(TICWriter.frame(house.advance(to: 1_718_008_000)).count == length)
    }

    @Test("registers never fall, and the supplier's add up to the energy drawn")
    func registers() {
        var house = House(options: HouseOptions(), start: 1_718_000_000)
        var last = house.advance(to: 1_718_000_000)
        var drawn = 0.0
        for second in stride(from: Int64(1_718_000_001), through: 1_718_086_400, by: 1) {
            let state = house.advance(to: second)
            #expect(state.importWh >= last.importWh && state.exportWh >= last.exportWh)
            drawn += max(0, state.consumptionWatts - state.productionWatts) / 3600
            last = state
        }
        #expect(abs(Double(last.importWh - 12_345_678) - drawn) <= 1)
        #expect(last.exportWh > 456_789)
    }

    @Test("the same seed is the same house")
    func deterministic() {
        func frames(_ seed: UInt64) -> [UInt8] {
            var options = HouseOptions()
            options.seed = seed
            var house = House(options: options, start: 1_718_000_000)
            return (1...50).flatMap { TICWriter.frame(house.advance(to: 1_718_000_000 + 60 * $0)) }
        }
        #expect(frames(1) == frames(1))
        #expect(frames(1) != frames(2))
    }

    @Test(
        "the October night has its repeated hour once in each season",
        arguments: [
            (Int64(1_761_438_600), "E251026023000"), (1_761_442_200, "H251026023000"), (1_743_296_400, "E250330030000"),
        ]
    )
    func seasons(_ time: Int64, _ horodate: String) {
        var house = House(options: HouseOptions(), start: time - 60)
        #expect(house.advance(to: time).horodate == horodate)
    }
}
