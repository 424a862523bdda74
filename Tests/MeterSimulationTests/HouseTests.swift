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

    @Test("what goes into batteries comes out or is lost, and the balance of the house is that of its powers")
    func storage() {
        var options = HouseOptions()
        (options.hasBattery, options.hasHybrid) = (true, true)
        var house = House(options: options, start: 1_750_000_000)
        var powers = [0.0, 0, 0, 0, 0]
        var taken = 0
        var end = house.advance(to: 1_750_000_000)
        for second in 1...86_400 {
            end = house.advance(to: 1_750_000_000 + Int64(second))
            let now = end.storage
            for (place, watts) in [now.panelsWatts, now.storedWatts, now.portWatts, now.batteryWatts, end.netWatts]
                .enumerated()
            { powers[place] += watts / 3600 }
            if now.portWatts < -500 { taken += 1 }
            #expect((0...100).contains(now.batteryPercent ?? -1) && (0...100).contains(now.storedPercent ?? -1))
        }
        let truth = end.storage.truth
        #expect(abs(powers[0] - truth.panelsWh) < 0.1 && powers[0] > 3000)
        #expect(abs(powers[1] - (truth.portDischargedWh - truth.portChargedWh)) < 0.1)
        #expect(abs(powers[2] - (truth.portOutWh - truth.portInWh)) < 0.1)
        #expect(abs(powers[3] - (truth.dischargedWh - truth.chargedWh)) < 0.1)
        #expect(abs(powers[4] - (end.truth.drawnWh - end.truth.injectedWh)) < 0.1)
        let used = end.truth.drawnWh - end.truth.injectedWh + end.truth.producedWh + powers[2] + powers[3]
        #expect(abs(used - end.truth.consumedWh) < 0.2)
        #expect(abs(truth.lostWh - (powers[0] + powers[1] - powers[2])) < 0.2 && truth.lostWh > 600)
        for energy in [
            truth.chargedWh, truth.dischargedWh, truth.portChargedWh, truth.portDischargedWh, truth.portInWh,
        ] {
            #expect(energy > 300)
        }
        #expect(taken > 1800, "it charges from the grid")
        house.replaceBattery(charge: 17, discharge: 3)
        let other = house.advance(to: 1_750_000_000 + 86_700).storage
        #expect(other.chargeWh == 17 && other.dischargeWh == 3 && other.batteryWatts == 0)
    }

    @Test("the water never falls, and each day takes 380 litres, in the nights of the clock, too")
    func water() {
        // 2025-10-25, midnight in Paris, until two days after the night that has an hour twice.
        let start: Int64 = 1_761_343_200
        var house = House(options: HouseOptions(), start: start)
        var last = house.advance(to: start).waterLitres
        var midnights = [last]
        for time in stride(from: start, through: start + 3 * 86_400 + 3600, by: 300) {
            let state = house.advance(to: time, pace: 10)
            #expect(state.waterLitres >= last)
            last = state.waterLitres
            if [start + 86_400, start + 2 * 86_400 + 3600, start + 3 * 86_400 + 3600].contains(time) {
                midnights.append(last)
            }
        }
        #expect(zip(midnights.dropFirst(), midnights).map { $0 - $1 } == [380, 380, 380])
    }

    @Test("a weak grid is too high around noon of every ninth day, and only then")
    func weakGrid() {
        var options = HouseOptions()
        options.isGridWeak = true
        // 2025-06-01 00:00 UTC.
        let start: Int64 = 1_748_736_000
        var house = House(options: options, start: start)
        var days: Set<Int64> = []
        for time in stride(from: start, to: start + 27 * 86_400, by: 300) {
            let state = house.advance(to: time, pace: 10)
            guard state.phases[0].volts > 253 else { continue }
            days.insert((time + 7200) / 86_400)
            // 12:30 to 13:05 in Paris.
            #expect((45_000..<47_100).contains((time + 7200) % 86_400))
        }
        #expect(days.count == 3)
    }

    @Test("in longer steps a month passes with about the same energy, and its balance holds")
    func pace() {
        func month(pace: Int64) -> HouseTruth {
            var house = House(options: HouseOptions(), start: 1_748_736_000)
            var truth = HouseTruth()
            for step: Int64 in 1...(30 * 288) {
                truth = house.advance(to: 1_748_736_000 + step * 300, pace: pace).truth
            }
            return truth
        }
        let (fine, coarse) = (month(pace: 1), month(pace: 10))
        #expect(abs(coarse.producedWh / fine.producedWh - 1) < 0.1)
        #expect((0.7...1.05).contains(coarse.consumedWh / fine.consumedWh))
        let used = coarse.drawnWh - coarse.injectedWh + coarse.producedWh
        #expect(abs(used - coarse.consumedWh) < 0.2)
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
