import Foundation
import InfluxOutput
import MeterCore
import Testing

/// A simulated house that is given a past, and goes on living on its lines.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct PastTests {
    private let box: Installation

    init() throws { box = try Installation() }

    /// The meters of the house, on its two lines.
    private var sources: String {
        let bus = "type = \"modbus\"\ndevice = \"\(box.folder)/rs485\"\nevery = \"5s\"\n"
        return """
            [source.linky]
            type = "teleinfo"
            device = "\(box.folder)/linky"
            every = "1s"
            [source.onduleur]
            \(bus)unit = 2
            [source.batterie]
            \(bus)unit = 3
            profile = "marstek-venus-e2"
            speed = 9600
            [source.ballon]
            \(bus)unit = 4
            profile = "eastron-sdm120"
            role = "consumption"
            [source.eau]
            \(bus)unit = 5
            role = "water"
            [source.eau.registers]
            value = { address = 0, type = "uint32", scale = 0.001 }
            """
    }

    @Test("what its meters say goes on where its past ends, and a box can write beside it")
    func goesOn() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url, sources: sources)
        #expect(try box.run("provision", "--config", config).code == 0)
        let lines = "--link \(box.folder)/linky --modbus \(box.folder)/rs485"
        let house = try Peer(simulate("--days 14 --raw-days 2 --tariff tempo --config \(config) \(lines)"))
        #expect(house.line().hasSuffix("points written"))
        #expect(Set([house.line(), house.line()]) == [box.folder + "/linky", box.folder + "/rs485"])
        let registers = [
            ("linky", "wh_in", "linky", 60.0), ("linky", "wh_out", "linky", 60), ("production", "wh", "onduleur", 60),
            ("battery", "wh_charge", "batterie", 60), ("battery", "wh_discharge", "batterie", 60),
            ("meter", "wh_in", "ballon", 60), ("meter", "value", "eau", 0.1),
        ]
        let before = Int64(Date().timeIntervalSince1970)
        let daemon = try box.start("run", "--config", config)
        for (measurement, field, source, most) in registers {
            let past = try #require(await last(url, field, measurement, source, "time < \(before)s"))
            var now: Double?
            while now == nil {
                try await Task.sleep(for: .milliseconds(200))
                now = try await last(url, field, measurement, source, "time >= \(before)s")
            }
            // The battery's profile counts tens of Wh, and of the past every single one is there.
            #expect((past - 10...past + most).contains(now ?? 0), "\(source) \(field): \(past), then \(now ?? 0)")
        }
        #expect(daemon.terminate().code == 0)
        let events = try await box.rows(url, "SELECT title FROM day.event WHERE kind = 'meter' OR kind = 'outage'")
        #expect(events.isEmpty, "\(events)")
    }

    @Test("a past has days, euros, months, a quarter that was estimated, and what was told")
    func past() async throws {
        let server = try box.influxd()
        let url = server.line()
        let prices = """
            [tariff.a]
            from = "2020-01-01"
            option = "base"
            prices = { BASE = 0.2 }
            feed_in = 0.04
            \(sources)
            """
        let config = try box.configure(url, sources: prices)
        #expect(try box.run("provision", "--config", config).code == 0)
        let done = try Peer.run(simulate("--days 40 --raw-days 20 --tariff base --config \(config)"))
        #expect(done.code == 0, "\(done.output)")
        let days = try await box.rows(url, "SELECT * FROM day.energy").filter { row in
            ["import_wh", "production_wh", "charge_wh", "discharge_wh", "consumption_wh", "eur_import"].allSatisfy {
                row[$0] != nil && row[$0] != .null
            }
        }
        #expect((39...41).contains(days.count))
        #expect(try await box.rows(url, "SELECT * FROM day.energy_month").count >= 2)
        #expect(try await !box.rows(url, "SELECT * FROM m15.energy WHERE estimated = true").isEmpty)
        let titles = Set(try await box.rows(url, "SELECT title FROM day.event").map { $0["title"] })
        #expect(titles == [.string("Tension trop haute"), .string("Boîtier redémarré")], "\(titles)")
        // Readings are written of the last days only, and of each minute but those of the silent afternoon.
        let readings = try await box.rows(url, "SELECT count(wh_in) FROM raw.linky")
        #expect(abs((readings.first?["count"]?.number ?? 0) - Double(20 * 1440 - 160)) < 10)
        let month = "SELECT sum(value) FROM m15.meter WHERE role = 'water' AND time > now() - 30d"
        let water = try await box.rows(url, month)
        #expect(abs((water.first?["sum"]?.number ?? 0) - 30 * 0.38) < 0.5)
    }

    @Test(
        "options that make no house are refused",
        arguments: [
            ["--hybrid", "--link", "x"], ["--points", "--hybrid", "--modbus", "x"], ["--battery", "--link", "x"],
            ["--water"],
        ]
    )
    func refused(_ options: [String]) throws {
        #expect(try Peer.run([box.program, "simulate"] + options).code == 64)
    }

    private func simulate(_ options: String) -> [String] {
        let all = "simulate --points --step 60 --battery --heater --water --troubles " + options
        return [box.program] + all.split(separator: " ").map(String.init)
    }

    /// The last value of a source; `nil` when there is none.
    private func last(
        _ url: String,
        _ field: String,
        _ measurement: String,
        _ source: String,
        _ span: String
    ) async throws -> Double? {
        let query = "SELECT last(\(field)) FROM raw.\(measurement) WHERE source = '\(source)' AND \(span)"
        return try await box.rows(url, query).first?["last"]?.number
    }
}
