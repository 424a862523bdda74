import Foundation
import InfluxOutput
import Testing

/// Devices whose pages a real web server serves go through the running program into a real InfluxDB, and are read back.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct HTTPReadBackTests {
    private let box: Installation
    private let pages: String

    init() throws {
        box = try Installation()
        pages = box.folder + "/pages"
        try FileManager.default.createDirectory(atPath: pages, withIntermediateDirectories: true)
    }

    private func write(_ name: String, _ text: String) throws {
        let path = "\(pages)/\(name)"
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
            withIntermediateDirectories: true
        )
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func fields(_ url: String, _ measurement: String, _ source: String) async throws -> [String: InfluxValue] {
        let query = "SELECT * FROM raw.\(measurement) WHERE source = '\(source)' ORDER BY time DESC LIMIT 1"
        let row = try await box.rows(url, query).first ?? [:]
        return row.filter { !["time", "site", "source"].contains($0.key) && $0.value != .null }
    }

    @Test("what nginx serves of several devices is in the database, and a bad one costs nobody else anything")
    func readBack() async throws {
        for device in HTTPDeviceCase.all where ["ecodevices", "tasmota", "CSV", "wes", "JSON"].contains(device.name) {
            for (path, body) in device.pages { try write(String(path.dropFirst()), body) }
        }
        let web = try Peer([Installation.root + "/Tests/peers/nginx", pages])
        let address = web.line()
        let host = String(address.dropFirst("http://".count))
        let password = try box.writeSecret("web", "pass word")
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(
            url,
            sources: """
                [source.linky]
                type = "ecodevices"
                host = "\(host)"
                every = "1s"
                counter_1 = { role = "water", pulses_per_m3 = 1000 }
                [source.prise]
                type = "http"
                profile = "tasmota"
                host = "\(host)"
                every = "1s"
                conditional = false
                [source.log]
                type = "http"
                url = "\(address)/secret/log.csv"
                username = "box"
                password_file = "\(password)"
                format = "csv"
                decimal = "comma"
                measurement = "raw.log"
                every = "1s"
                fields = { temp_c = { path = "Temp", unit = "°C" } }
                [source.piscine]
                type = "http"
                url = "\(address)/moved/data.json"
                measurement = "day.piscine"
                every = "1s"
                fields = { temp_c = { path = "water.temp", unit = "°C" }, on = { path = "on", type = "boolean" } }
                [source.wes]
                type = "wes"
                host = "\(host)"
                every = "1s"
                fields = { wh_in = { path = "/data/pince/INDEX1", unit = "kWh" } }
                [source.locked]
                type = "http"
                url = "\(address)/secret/data.json"
                measurement = "raw.locked"
                every = "1s"
                fields = { x = { path = "a" } }
                [source.round]
                type = "http"
                url = "\(address)/round"
                measurement = "raw.round"
                every = "1s"
                fields = { x = { path = "a" } }
                [source.away]
                type = "http"
                url = "\(address)/away/data.json"
                measurement = "raw.away"
                every = "1s"
                fields = { x = { path = "a" } }
                [source.broken]
                type = "http"
                url = "\(address)/broken"
                measurement = "raw.broken"
                every = "1s"
                fields = { x = { path = "a" } }
                """
        )
        let check = try box.run("check", config)
        #expect(check.code == 0, "\(check.output)")
        #expect(try box.run("provision", "--config", config).code == 0)
        let daemon = try box.start("run", "--config", config)
        let isComplete = try await eventually {
            for source in ["linky' AND wh_in > 0", "prise' AND wh_in > 0", "wes' AND wh_in > 0"] {
                let measurement = source.hasPrefix("linky") ? "linky" : "meter"
                let query = "SELECT wh_in FROM raw.\(measurement) WHERE source = '\(source)"
                if try await box.rows(url, query).count < 2 { return false }
            }
            let log = try await fields(url, "log", "log")
            let pool = try await box.rows(url, "SELECT * FROM day.piscine")
            return !log.isEmpty && !pool.isEmpty
        }
        #expect(isComplete)
        let status = try box.run("status", "--config", config)
        for sentence in ["(401)", "sends from one address to the next", "which is not followed", "(500)"] {
            #expect(status.output.contains(sentence), "\(sentence) in \(status.output)")
        }
        #expect(daemon.terminate().code == 0)
        let linky = try await fields(url, "linky", "linky")
        #expect(
            linky == [
                "va_in": .integer(1640), "wh_in": .integer(35_802_467), "ntarf": .integer(2), "pref_va": .integer(9000),
            ]
        )
        let water = try await fields(url, "pulse", "linky-c1")
        #expect(water["count"] == .integer(1_234_567) && water["value"] == .float(1234.567), "\(water)")
        let plug = try await fields(url, "meter", "prise")
        #expect(
            plug == [
                "w": .integer(640), "va": .integer(650), "var": .integer(-12), "pf": .float(0.98), "v": .integer(231),
                "a": .float(2.81), "wh_in": .integer(123_456), "role": .string("consumption"),
            ]
        )
        #expect(try await fields(url, "log", "log") == ["temp_c": .float(21.5)])
        #expect(try await fields(url, "meter", "wes") == ["wh_in": .integer(987_654), "role": .string("consumption")])
        let pool = try #require(try await box.rows(url, "SELECT * FROM day.piscine").first)
        #expect(pool["temp_c"] == .float(23.5) && pool["on"] == .boolean(true))
        for measurement in ["locked", "round", "away", "broken"] {
            #expect(try await box.rows(url, "SELECT * FROM raw.\(measurement)").isEmpty)
        }
        withExtendedLifetime((server, web)) {}
    }
}
