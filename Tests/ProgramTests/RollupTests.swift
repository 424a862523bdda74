import Foundation
import InfluxOutput
import Testing

/// What `rollup` and `simulate --points` make of what is in a real database.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct RollupTests {
    private let box: Installation

    init() throws { box = try Installation() }

    private func number(_ value: InfluxValue?) -> Double? { value?.number }

    /// The sum of a field over all quarters, and how many have one.
    private func sum(_ url: String, _ field: String, _ from: String) async throws -> (sum: Double, count: Int) {
        let values = try await box.rows(url, "SELECT \(field) FROM \(from)").compactMap { number($0[field]) }
        return (values.reduce(0, +), values.count)
    }

    @Test("two inverters of one device, and the pulses of meters, are computed again as they were learnt")
    func rollup() async throws {
        let url: String
        let server = try box.influxd()
        url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        let end = (Int64(Date().timeIntervalSince1970) - 3600) / 900 * 900
        var lines = ""
        for minute in Int64(0)...120 {
            let time = end + 60 * (minute - 120)
            lines += "production,site=maison,source=toit,kind=inverter w=600,wh=\(1_000_000 + 10 * minute)i \(time)\n"
            lines += "production,site=maison,source=toit,kind=inverter,device=2 w=60,wh=\(40 + minute)i \(time)\n"
            lines += "pulse,site=maison,source=eau,role=water value=\(Double(minute) / 1000),count=\(minute)i \(time)\n"
            lines += "pulse,site=maison,source=toiture,role=production value=9.5,count=\(9500 + minute)i \(time)\n"
            lines += "production,site=maison,source=toiture,kind=pulse wh=\(9500 + minute)i \(time)\n"
        }
        #expect(try box.run("write", "--policy", "raw", "--config", config, input: lines).code == 0)
        let done = try box.run("rollup", "--config", config)
        #expect(done.code == 0, "\(done.output)")
        #expect(try await sum(url, "production_wh", "m15.energy") == (1440, 8))
        let meters = "m15.meter WHERE \"role\" = 'production' AND"
        #expect(try await sum(url, "value", "\(meters) \"source\" = 'toit' AND device = ''") == (1200, 8))
        #expect(try await sum(url, "value", "\(meters) \"source\" = 'toit' AND device = '2'") == (120, 8))
        #expect(try await sum(url, "value", "\(meters) \"source\" = 'toiture'") == (120, 8))
        #expect(try await sum(url, "count", "\(meters) \"source\" = 'toiture'") == (120, 8))
        let water = "m15.meter WHERE \"role\" = 'water'"
        let (litres, quarters) = try await sum(url, "value", water)
        #expect(abs(litres - 0.12) < 1e-6 && quarters == 8)
        #expect(try await sum(url, "count", water) == (120, 8))
    }

    @Test("what a wrong clock dated years ahead is removed once the clock is right, and today is what it was")
    func future() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        let end = (Int64(Date().timeIntervalSince1970) - 3600) / 900 * 900
        var lines = ""
        for minute in Int64(0)...120 {
            lines += "linky,site=maison,source=linky wh_in=\(1_000_000 + 10 * minute)i \(end + 60 * (minute - 120))\n"
        }
        let later = end + 9 * 366 * 86_400
        lines += "linky,site=maison,source=linky wh_in=1001300i \(later)\n"
        #expect(try box.run("write", "--policy", "raw", "--config", config, input: lines).code == 0)
        let quarters = "energy,site=maison import_wh=0,estimated=true \(later)\nsauna,site=maison f=1 \(later)\n"
        #expect(try box.run("write", "--policy", "m15", "--config", config, input: quarters).code == 0)
        let done = try box.run("rollup", "--config", config, "--remove-future")
        #expect(done.code == 0 && done.output.contains("is removed"), "\(done.output)")
        #expect(try await sum(url, "import_wh", "m15.energy") == (1200, 8))
        #expect(try await sum(url, "wh_in", "raw.linky WHERE time > \(end)s").count == 0)
        #expect(try await sum(url, "f", "m15.sauna").count == 1, "a forecast of the household's own")
        let again = try box.run("rollup", "--config", config, "--remove-future")
        #expect(again.code == 0 && !again.output.contains("is removed"), "\(again.output)")
    }

    @Test("a simulated house without panels has neither an inverter nor a production, and consumes what it draws")
    func consumer() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        let done = try box.run("simulate", "--points", "--consumer", "--days", "2", "--step", "60", "--config", config)
        #expect(done.code == 0, "\(done.output)")
        #expect(try await box.rows(url, "SELECT * FROM raw.production").isEmpty)
        for (field, measurement) in [
            ("production_wh", "m15.energy"), ("production_w", "raw.flow"), ("export_w", "raw.flow"),
        ] {
            #expect(try await sum(url, field, measurement).count == 0, "\(field)")
        }
        let drawn = try await sum(url, "import_wh", "m15.energy")
        #expect(drawn.sum > 1000 && drawn.count > 180)
        #expect(try await sum(url, "consumption_wh", "m15.energy") == drawn)
        let flow = try await sum(url, "import_w", "raw.flow")
        #expect(flow.count > 100)
        #expect(try await sum(url, "consumption_w", "raw.flow") == flow)
        #expect(try box.run("simulate", "--consumer", "--pulses", "1000", "--output", "-").code == 64)
    }
}
