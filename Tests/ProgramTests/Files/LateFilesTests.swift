import Foundation
import InfluxOutput
import MeterCore
import Testing

/// Files that come after the sums of their time were made.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct LateFilesTests {
    private let box: Installation

    init() throws { box = try Installation() }

    /// Noon of yesterday, UTC: all of the readings lie in one local day.
    private let noon = Int64(Date().timeIntervalSince1970) / 86_400 * 86_400 - 43_200

    /// Puts some hours of a meter that counts 10 Wh a minute into its folder; the garage uses all of an hour at its end.
    private func put(_ meter: String, _ hours: Range<Int64>, _ name: String) throws {
        let folder = "\(box.folder)/in/\(meter)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let lines = (hours.lowerBound * 60...hours.upperBound * 60).map { minute in
            let counted = meter == "garage" ? minute / 60 * 600 + max(0, minute % 60 - 50) * 60 : minute * 10
            return "\(noon + minute * 60);\(500_000 + counted)\n"
        }
        try ("time;wh\n" + lines.joined()).write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }

    private func configure(_ url: String) throws -> String {
        let roles = ["toit": "production", "carport": "production", "garage": "consommation"]
        let sources = roles.sorted { $0.key < $1.key }.map { meter, role in
            """
            [source.\(meter)]
            type = "csv"
            folder = "\(box.folder)/in/\(meter)"
            role = "\(role)"
            time_columns = ["time"]
            time_format = "unix"
            every = "1s"
            fields = { wh_in = { path = "wh", unit = "Wh" } }
            """
        }
        return try box.configure(url, sources: sources.joined(separator: "\n"))
    }

    private func number(_ value: InfluxValue?) -> Double? { value?.number }

    @Test("an older file after the newer one, and a second meter's, count once the box has computed again by itself")
    func lateFiles() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try configure(url)
        let provision = try box.run("provision", "--config", config)
        #expect(provision.code == 0, "\(provision.output)")
        try put("toit", 3..<6, "b.csv")
        try put("garage", 0..<2, "a.csv")
        try put("garage", 4..<6, "c.csv")
        try FileManager.default.createDirectory(atPath: box.folder + "/in/carport", withIntermediateDirectories: true)
        let daemon = try box.start("run", "--config", config)
        func sum() async throws -> Double {
            let sums = ["sum(production_wh) FROM m15.energy", "sum(production_wh) FROM day.energy"]
            var values: [Double] = []
            for sum in sums {
                guard let value = try await number(box.rows(url, "SELECT \(sum)").first?["sum"]) else { return 0 }
                values.append(value)
            }
            return values.min() ?? 0
        }
        func garage(quarter: Int64) async throws -> Double? {
            let time = "time = \(noon + quarter * 900)s"
            let select = "SELECT \"value\" FROM m15.\"meter\" WHERE \"source\" = 'garage' AND \(time)"
            return try await number(box.rows(url, select).first?["value"])?.rounded()
        }
        // The last quarter is open until the meter is read after it.
        #expect(try await eventually { try await sum() > 1600 })
        #expect(try await sum() < 1801)
        try put("toit", 0..<3, "a.csv")
        try put("carport", 0..<6, "a.csv")
        #expect(try await garage(quarter: 8) == 150, "shared out evenly over the gap")
        try put("garage", 2..<4, "b.csv")
        var seen = 0.0
        let isComplete = try await eventually {
            seen = try await sum()
            return abs(seen - 7200) < 1e-3
        }
        #expect(isComplete, "\(seen)")
        #expect(try await eventually { try await garage(quarter: 8) == 0 })
        #expect(try await garage(quarter: 11) == 600)
        let titles = try await box.rows(url, "SELECT title FROM day.event")
        #expect(titles.map { $0["title"] } == [.string("Énergie à recalculer")])
        #expect(daemon.terminate().code == 0)
    }
}
