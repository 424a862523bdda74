import Logging
import MeterCore
import MeterProtocols
import MeterSimulation
import MeterSources
import Testing

/// The live balance against a house whose energies are known.
@Suite struct FlowTests {
    private struct Flows {
        /// Wh by hour and field, and how many slots had a value.
        var hours: [Int64: [String: (wh: Double, slots: Int)]] = [:]
        var truths: [Int64: HouseTruth] = [:]
    }

    /// A day of a Linky at ten seconds a reading, and an inverter.
    private func live(_ options: HouseOptions) async -> Flows {
        let start: Int64 = 1_741_993_200
        var house = House(options: options, start: start - 10)
        var decoder = TICDecoder()
        let context = SourceContext(name: "linky", tags: [("site", "s")], logger: Logger(label: "test"))
        var linky = TeleinfoPoints(TeleinfoSettings(every: .seconds(10)), context: context)
        var ledger = Ledger(Ledger.Settings())
        var flows = Flows()
        func take(_ points: [Point]) {
            for point in points where point.series.measurement.name == "flow" {
                let hour = point.timestamp.seconds / 3600 * 3600
                for (name, value) in zip(point.series.fieldNames, point.values) {
                    guard case .float(let watts)? = value else { continue }
                    let before = flows.hours[hour]?[name] ?? (0, 0)
                    flows.hours[hour, default: [:]][name] = (before.wh + watts / 360, before.slots + 1)
                }
            }
        }
        for time in stride(from: start, through: start + 86_400, by: 10) {
            let state = house.advance(to: time)
            if time % 3600 == 0 { flows.truths[time] = state.truth }
            // Tests that play a meter in real time run beside this one.
            if time % 300 == 0 { await Task.yield() }
            var frames: [TICFrame] = []
            decoder.push(TICWriter.frame(state)) { frames.append(copy $0) }
            let timestamp = Timestamp(seconds: time)
            for frame in frames {
                let points = linky.points(
                    of: frame,
                    at: timestamp,
                    monotonic: Uptime(nanoseconds: timestamp.nanoseconds)
                )
                for point in points { take(ledger.learn(point).points) }
            }
            let produced = Point(
                Series(.production, tags: [("source", "onduleur")]),
                at: timestamp,
                row: [.w: .float(state.productionWatts), .wh: .integer(Int64(state.truth.producedWh))]
            )
            take(ledger.learn(produced).points)
        }
        return flows
    }

    @Test(
        "over any hour the energy of the flows is that of the house within 2 %, or 5 Wh",
        arguments: [1, 3] as [UInt64]
    )
    func standard(_ seed: UInt64) async throws {
        var options = HouseOptions()
        options.seed = seed
        let flows = await live(options)
        // The first hour learns the power factor.
        for hour in flows.hours.keys.sorted().dropFirst() {
            guard let before = flows.truths[hour], let after = flows.truths[hour + 3600] else { continue }
            let truths = [
                "import_w": after.drawnWh - before.drawnWh, "export_w": after.injectedWh - before.injectedWh,
                "production_w": after.producedWh - before.producedWh,
                "consumption_w": after.consumedWh - before.consumedWh,
            ]
            for (name, truth) in truths {
                let flow = try #require(flows.hours[hour]?[name], "\(name)")
                #expect(flow.slots == 360)
                // The register steps by whole Wh, which is much of an hour in which little flows.
                #expect(abs(flow.wh - truth) <= max(0.02 * truth, 5), "\(name) of \(hour): \(flow.wh), truly \(truth)")
            }
        }
        #expect(flows.hours.count >= 24)
    }

    @Test("a meter in mode historique tells what is drawn; what it does not know is left out")
    func historique() async throws {
        var options = HouseOptions()
        options.mode = .historique
        let flows = await live(options)
        for (hour, fields) in flows.hours {
            #expect(Set(fields.keys) == ["import_w", "production_w"], "\(hour)")
        }
    }
}
