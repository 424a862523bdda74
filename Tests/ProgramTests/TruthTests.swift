import Foundation
import InfluxOutput
import Logging
import MeterCore
import MeterIO
import MeterSimulation
import MeterSources
import Testing

@testable import boxenergie

/// A house whose energies are known exactly lives for weeks, with everything that goes wrong in years.
///
/// `Tests/slow/truth` lets it live for 13 months at ten seconds a reading.
@Suite(.mayBlock, .timeLimit(.minutes(30))) struct TruthTests {
    private let box: Installation

    init() throws { box = try Installation() }

    private static var isLong: Bool { ProcessInfo.processInfo.environment["BOXENERGIE_TRUTH"] == "13 months" }

    @Test(
        "days and months equal the truth within a watt-hour a meter, live and computed again",
        arguments: [isLong ? Life.Plan.thirteenMonths : .twoWeeks, .batteries]
    )
    func truth(_ plan: Life.Plan) async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        // The house lived long ago: its readings must be kept to be computed again.
        _ = try await box.client(url).query("ALTER RETENTION POLICY raw ON boxenergie DURATION INF")

        let life = try await Life(plan, url, box).live()
        try await check(life, url, "live")
        let before = try await totals(url, from: life.months[0].start)

        // Computed again from the raw readings, by the program.
        _ = try await box.client(url).query("DELETE FROM \"energy_month\"", database: "boxenergie")
        let rollup = try box.run("rollup", "--config", config)
        #expect(rollup.code == 0, "\(rollup.output)")
        try await check(life, url, "rollup")
        let again = try box.run("rollup", "--config", config)
        #expect(again.code == 0 && again.output == rollup.output)
        let after = try await totals(url, from: life.months[0].start)
        #expect(Set(after.keys).symmetricDifference(before.keys) == [])
        let changed = after.filter { key, row in before[key].map { !isNear($0, row) } ?? true }
        #expect(changed.isEmpty, "\(changed.keys)")
    }

    /// Every day and month of the database since an instant, field by field.
    private func totals(_ url: String, from start: Int64) async throws -> [String: [String: Double]] {
        var totals: [String: [String: Double]] = [:]
        for name in ["energy", "energy_month"] {
            for row in try await box.rows(url, "SELECT * FROM \"day\".\"\(name)\" WHERE time >= \(start)s") {
                let time = try #require(row["time"])
                totals["\(name) \(time)"] = row.compactMapValues(number)
            }
        }
        return totals
    }

    private func isNear(_ one: [String: Double], _ other: [String: Double]) -> Bool {
        one.keys == other.keys && one.allSatisfy { abs($0.value - (other[$0.key] ?? .infinity)) < 1e-3 }
    }

    private func check(_ life: Life.Record, _ url: String, _ what: String) async throws {
        for (name, truth) in [("energy", life.days), ("energy_month", life.months)] {
            let rows = try await box.rows(url, "SELECT * FROM \"day\".\"\(name)\"")
            let byTime = Dictionary(rows.map { (number($0["time"]) ?? 0, $0) }) { first, _ in first }
            #expect(truth.allSatisfy { byTime[Double($0.start)] != nil }, "\(what) \(name)")
            for period in truth where !period.hasSplitGap {
                let row = byTime[Double(period.start)] ?? [:]
                for (field, expected) in period.energies {
                    let value = number(row[field]) ?? -1
                    #expect(
                        abs(value - expected) <= Double(period.registers[field] ?? 0),
                        "\(what) \(name) \(Date(timeIntervalSince1970: Double(period.start))) \(field): \(value), truly \(expected)"
                    )
                }
            }
            // The two halves of a gap over midnight are shared out; together they are exact.
            let split = truth.filter(\.hasSplitGap)
            for field in (truth.first?.energies.keys).map(Array.init) ?? []
            where field != "consumption_wh" && field != "rest_wh" {
                let expected = split.reduce(0) { $0 + ($1.energies[field] ?? 0) }
                let stored = split.reduce(0) { $0 + (number(byTime[Double($1.start)]?[field]) ?? 0) }
                let registers = split.first?.registers[field] ?? 0
                #expect(
                    abs(stored - expected) <= Double(registers),
                    "\(what) \(name) gap \(field): \(stored), truly \(expected)"
                )
            }
        }
        // What a dashboard asks for: quarters by local day.
        let query = """
            SELECT sum("import_wh") FROM "m15"."energy" WHERE time >= \(life.days[0].start)s AND time < \(life.end)s \
            GROUP BY time(1d) fill(none) tz('Europe/Paris')
            """
        let days = try await box.rows(url, query).compactMap { number($0["sum"]) }
        #expect(days.count == life.days.count)
        let select = "SELECT import_wh FROM \"day\".\"energy\" WHERE time >= \(life.days[0].start)s"
        let stored = try await box.rows(url, select).compactMap { number($0["import_wh"]) }
        for (sum, day) in zip(days, stored) { #expect(abs(sum - day) < 1e-3) }
        let estimated = try await box.rows(url, "SELECT count(import_wh) FROM m15.energy WHERE estimated = true")
        #expect((number(estimated.first?["count"]) ?? 0) >= 28, "the gap of seven hours is marked")
        let least = try await box.rows(url, "SELECT min(import_wh), min(export_wh), min(production_wh) FROM m15.energy")
        for field in ["min", "min_1", "min_2"] { #expect(number(least.first?[field]) ?? -1 >= 0) }
    }

    private func number(_ value: InfluxValue?) -> Double? { value?.number }
}
