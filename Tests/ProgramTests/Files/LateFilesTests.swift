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

    /// Puts some hours of a meter that counts 10 Wh a minute into its folder.
    private func put(_ meter: String, _ hours: Range<Int64>, _ name: String) throws {
        let folder = "\(box.folder)/in/\(meter)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let lines = (hours.lowerBound * 60...hours.upperBound * 60).map { "\(noon + $0 * 60);\(500_000 + $0 * 10)\n" }
        try ("time;wh\n" + lines.joined()).write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }

    private func configure(_ url: String) throws -> String {
        let path = box.folder + "/boxenergie.toml"
        let sources = ["toit", "carport"].map { meter in
            """
            [source.\(meter)]
            type = "csv"
            folder = "\(box.folder)/in/\(meter)"
            role = "production"
            time_columns = ["time"]
            time_format = "unix"
            every = "1s"
            fields = { wh_in = { path = "wh", unit = "Wh" } }
            """
        }
        try """
        state = "\(box.folder)"
        clock_has_battery = true
        [influx]
        url = "\(url)"
        flush = "1s"
        spool = { directory = "\(box.folder)/spool", limit = "20MB" }
        \(sources.joined(separator: "\n"))
        """.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test("an older file after the newer one, and a second meter's, count once the box has computed again by itself")
    func lateFiles() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try configure(url)
        let provision = try box.run("provision", "--config", config)
        #expect(provision.code == 0, "\(provision.output)")
        try put("toit", 3..<6, "b.csv")
        try FileManager.default.createDirectory(atPath: box.folder + "/in/carport", withIntermediateDirectories: true)
        let daemon = try box.start("run", "--config", config)
        func sum() async throws -> Double {
            let sums = ["sum(production_wh) FROM m15.energy", "sum(production_wh) FROM day.energy"]
            var values: [Double] = []
            for sum in sums {
                switch try await box.rows(url, "SELECT \(sum)").first?["sum"] {
                case .integer(let value)?: values.append(Double(value))
                case .float(let value)?: values.append(value)
                default: return 0
                }
            }
            return values.min() ?? 0
        }
        // The last quarter is open until the meter is read after it.
        #expect(try await eventually { try await sum() > 1600 })
        #expect(try await sum() < 1801)
        try put("toit", 0..<3, "a.csv")
        try put("carport", 0..<6, "a.csv")
        var seen = 0.0
        let isComplete = try await eventually {
            seen = try await sum()
            return abs(seen - 7200) < 1e-3
        }
        #expect(isComplete, "\(seen)")
        let titles = try await box.rows(url, "SELECT title FROM day.event")
        #expect(titles.map { $0["title"] } == [.string("Énergie à recalculer")])
        #expect(daemon.terminate().code == 0)
    }
}
