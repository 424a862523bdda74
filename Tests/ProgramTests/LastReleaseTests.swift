import Foundation
import InfluxOutput
import MeterCore
import MeterSources
import Testing

@testable import boxenergie

/// What households have of the last release, commit 918a920: its configurations, and a database that it wrote.
///
/// `last-release` holds the packaged configuration as it is and with all of its examples, `energie.toml`, those of the
/// README, and the sample of every source.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct LastReleaseTests {
    private static let folder = Installation.root + "/Tests/ProgramTests/last-release"
    private static let files = (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []

    @Test("a configuration of the last release is accepted without errors", arguments: files)
    func configurations(_ file: String) throws {
        let text = try String(contentsOfFile: "\(Self.folder)/\(file)", encoding: .utf8)
        let configuration = Configuration(ConfigDocument(text: text, file: file, credentialsDirectory: nil))
        let errors = configuration.diagnostics.all.filter { $0.severity == .error }
        #expect(errors.isEmpty, "\(errors.map(\.description).joined(separator: "\n"))")
        let isEnergy = file == "energie.toml" || file == "boxenergie.toml"
        #expect(configuration.sources.isEmpty == isEnergy)
    }

    @Test("there is one for every source of the last release")
    func all() {
        let types = [
            "aurora", "csv", "ecodevices", "ecodevices-rt2", "exec", "http", "mbus", "modbus", "mqtt", "onewire",
            "pulse", "push", "teleinfo", "wes",
        ]
        #expect(types.allSatisfy { Self.files.contains("sample-\($0).toml") })
        #expect(Self.files.count == types.count + 4)
    }

    /// Only meters with a display, of water, gas and heat, had the tag `role` in `raw.meter`.
    @Test("readings that the last release stored without a role are rolled up by that of their source")
    func database() async throws {
        let box = try Installation()
        let server = try box.influxd()
        let url = server.line()
        let config = box.folder + "/boxenergie.toml"
        let fields = "wh_in = { path = \"in\", unit = \"Wh\" }\nwh_out = { path = \"out\", unit = \"Wh\" }"
        try """
        state = "\(box.folder)"
        [influx]
        url = "\(url)"
        [source.compteur]
        type = "http"
        url = "http://192.168.1.40/"
        role = "grid"
        [source.compteur.fields]
        \(fields)
        [source.pince]
        type = "modbus"
        host = "192.168.1.41"
        profile = "eastron-sdm120"
        role = "grid"
        [source.pac]
        type = "modbus"
        host = "192.168.1.42"
        profile = "eastron-sdm120"
        role = "consumption"
        [source.tableau]
        type = "mbus"
        host = "192.168.1.43"
        address = 5
        role = "electricity"
        [source.eau]
        type = "mbus"
        host = "192.168.1.43"
        address = 6
        role = "water"
        """.write(toFile: config, atomically: true, encoding: .utf8)
        #expect(try box.run("provision", "--config", config).code == 0)
        let end = (Int64(Date().timeIntervalSince1970) - 3600) / 900 * 900
        var lines = ""
        for minute in Int64(0)...120 {
            let time = end + 60 * (minute - 120)
            let of = "meter,site=maison,source="
            lines += "\(of)compteur wh_in=\(5000 + 10 * minute)i,wh_out=\(70 + 2 * minute)i \(time)\n"
            lines += "\(of)pince w=300,wh_in=\(100 + 5 * minute)i \(time)\n"
            lines += "\(of)pac w=-1,wh_in=\(900_000 + 20 * minute)i,wh_out=7i \(time)\n"
            lines += "\(of)tableau wh_in=\(30 * minute)i \(time)\n"
            lines += "\(of)eau,role=water value=\(Double(minute) / 1000) \(time)\n"
            // Another source that is gone: a consumer, whatever it was.
            lines += "\(of)ancien wh_in=\(40 * minute)i \(time)\n"
        }
        #expect(try box.run("write", "--policy", "raw", "--config", config, input: lines).code == 0)
        let done = try box.run("rollup", "--config", config)
        #expect(done.code == 0, "\(done.output)")

        func sum(_ field: String, _ from: String) async throws -> Double {
            try await box.rows(url, "SELECT sum(\"\(field)\") AS s FROM \(from)").reduce(0) { sum, row in
                switch row["s"] {
                case .integer(let number)?: sum + Double(number)
                case .float(let number)?: sum + number
                default: sum
                }
            }
        }
        for (source, role, counted) in [
            ("compteur", "import", 1200.0), ("compteur", "export", 240), ("pince", "import", 600),
            ("pac", "consumption", 2400), ("tableau", "consumption", 3600), ("ancien", "consumption", 4800),
            ("eau", "water", 0.12),
        ] {
            let meter = "m15.meter WHERE \"source\" = '\(source)' AND \"role\" = '\(role)'"
            #expect(abs(try await sum("value", meter) - counted) < 1e-6, "\(source) \(role)")
        }
        #expect(try await sum("import_wh", "m15.energy") == 1800)
        #expect(try await sum("export_wh", "m15.energy") == 240)
        #expect(try await sum("import_wh", "day.energy") == 1800)
        #expect(
            try await box.rows(url, "SELECT * FROM m15.meter WHERE \"source\" = 'pac' AND \"role\" != 'consumption'")
                .isEmpty
        )
    }
}
