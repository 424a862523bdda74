import Foundation
import InfluxOutput
import MeterIO
import MeterNotation
import Testing

/// `export`: what was imported comes out again, and equals the file that it came from.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct ExportTests {
    private let box: Installation

    init() throws { box = try Installation() }

    @Test(
        "quarters of an autumn night have both ends and the instant; a comparison with the file is equal; no file is replaced"
    )
    func roundTrip() async throws {
        let server = try box.influxd()
        let config = try box.configure(server.line())
        #expect(try box.run("provision", "--config", config).code == 0)
        let calendar = LocalCalendar(.paris)
        let date = LocalDate(year: 2025, month: 10, day: 26)
        let start = calendar.start(of: date)
        var text = "debut;fin;kW\n"
        var rows: [(local: Int64, watts: Int64)] = []
        for half in Int64(0)..<50 {
            let end = start + (half + 1) * 1800
            rows.append((end + calendar.zone.offset(at: end), 200 + half * 2))
        }
        for row in rows {
            func stamp(_ local: Int64) -> String {
                let minutes = local / 60 % 1440
                return "\(LocalDate(dayNumber: local / 86_400))T\((minutes / 60).digits(2)):\((minutes % 60).digits(2))"
            }
            text += "\(stamp(row.local - 1800));\(stamp(row.local));\"0,\(row.watts.digits(3))\"\n"
        }
        let file = "\(box.folder)/historique.csv"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let done = try box.run("import", file, "--config", config)
        #expect(done.code == 0, "\(done.output)")
        let quarters = try box.run(
            "export",
            "quarters",
            "--from",
            "2025-10-26",
            "--to",
            "2025-10-26",
            "--config",
            config
        )
        let lines = quarters.output.split(whereSeparator: \.isNewline)
        try #require(lines.count == 101, "\(lines.count) \(quarters.output.prefix(300))")
        #expect(
            lines[1].contains(";importé, réparti;")
                && lines[0].hasPrefix("\u{FEFF}Début;Fin;Début UTC;Qualité;Prélevé (kWh);")
        )
        #expect(lines[9].hasPrefix("26/10/2025 02:00;26/10/2025 02:15;2025-10-26T00:00Z;"), "\(lines[9])")
        #expect(lines[13].hasPrefix("26/10/2025 02:00;26/10/2025 02:15;2025-10-26T01:00Z;"), "\(lines[13])")
        let copy = "\(box.folder)/jours.csv"
        let days = ["export", "--from", "2025-10-01", "--to", "2025-10-31", "--to-file", copy, "--config", config]
        #expect(try Peer.run([box.program] + days).code == 0)
        let sum = Double(rows.reduce(0) { $0 + $1.watts }) / 2000
        let written = try String(contentsOfFile: copy, encoding: .utf8)
        #expect(written.contains("26/10/2025;\(frenchNumber(sum, decimals: 3));;;\(frenchNumber(sum, decimals: 3));"))
        let again = try Peer.run([box.program] + days)
        #expect(again.code == 1 && again.output.contains("is there already"), "\(again.output)")
        let equal = try box.run("export", "--config", config, "--compare", file)
        #expect(equal.code == 0 && equal.output.contains("0 differ"), "\(equal.output)")
        let point = "energy,site=maison import_wh=\(sum * 2000) \(start)\n"
        #expect(try box.run("write", "--policy", "day", "--config", config, input: point).code == 0)
        let other = try box.run("export", "--config", config, "--compare", file)
        #expect(
            other.code == 1 && other.output.contains("2025-10-26") && other.output.contains("2 times"),
            "\(other.output)"
        )
        let protocolLines = try box.run(
            "export",
            "months",
            "--from",
            "2025-10-01",
            "--to",
            "2025-10-31",
            "--format",
            "lines",
            "--config",
            config
        )
        #expect(protocolLines.output.hasPrefix("energy_month,site=maison import_wh="), "\(protocolLines.output)")
    }

    @Test("exported lines that are written to an output of several boxes say which box they are of")
    func boxTag() async throws {
        let server = try box.influxd()
        let url = server.line()
        let sources = "[output.central]\ntype = \"influx\"\nurl = \"\(url)\"\ndatabase = \"central\"\nflush = \"1s\"\n"
        let config = try box.configure(url, sources: sources)
        for name in ["influx", "central"] {
            #expect(try box.run("provision", "--output", name, "--config", config).code == 0)
        }
        let day = LocalCalendar(.paris).start(of: LocalDate(year: 2025, month: 6, day: 2))
        let point = "energy,site=maison import_wh=9600 \(day)\n"
        #expect(try box.run("write", "--policy", "day", "--config", config, input: point).code == 0)
        let days = ["--from", "2025-06-01", "--to", "2025-06-30", "--format", "lines", "--config", config]
        let lines = try Peer.run([box.program, "export", "days"] + days).output
        #expect(lines == point)
        let written = try box.run(
            "write",
            "--policy",
            "day",
            "--output",
            "central",
            "--config",
            config,
            input: lines
        )
        #expect(written.code == 0, "\(written.output)")
        let word = BoxIdentity.of(box.folder).word
        let rows = try await box.client(url).query(
            "SELECT import_wh FROM \"day\".energy WHERE box = '\(word)'",
            database: "central"
        )
        #expect(rows.flatMap(\.rows).map { $0["import_wh"]?.number } == [9600])
    }
}
