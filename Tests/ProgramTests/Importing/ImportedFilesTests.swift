import Foundation
import InfluxOutput
import MeterNotation
import Testing

/// `import`: whose file it is, and which files are refused.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct ImportedFilesTests: EnedisFiles {
    let box: Installation

    init() throws { box = try Installation() }

    @Test("files of another delivery point are refused unless they are wanted, with four digits and no more")
    func stranger() async throws {
        let server = try box.influxd()
        let (url, config) = try prepare(server, "option = \"base\"\nprices = { BASE = 0.2 }")
        let place = "site_info,site=maison prm=\"**********5678\",pref_kva=6 1700000000\n"
        #expect(try box.run("write", "--policy", "day", "--config", config, input: place).code == 0)
        let curve = try curve(from: LocalDate(year: 2025, month: 6, day: 2), days: 1) { _ in 1000 }
        let refused = try box.run("import", curve, "--config", config)
        #expect(
            refused.code == 1 && refused.output.contains("…3344") && refused.output.contains("…5678"),
            "\(refused.output)"
        )
        #expect(!refused.output.contains(Self.meter))
        let taken = try box.run("import", curve, "--other-meter", "--config", config)
        #expect(taken.code == 0, "\(taken.output)")
        #expect(try await sums(url, ["import_wh"], "m15.energy") == [24_000])
    }

    @Test("a file of several delivery points is compared by the one that is chosen")
    func chosenPoint() async throws {
        let server = try box.influxd()
        let config = try prepare(server, "option = \"base\"\nprices = { BASE = 0.2 }").config
        let first = LocalDate(year: 2025, month: 6, day: 2)
        let mine = try String(contentsOfFile: curve(from: first, days: 1) { _ in 1000 }, encoding: .utf8)
        let other = try String(
            contentsOfFile: curve(from: first, days: 1, meter: "55556666777788") { _ in 500 },
            encoding: .utf8
        )
        let both = try write(mine + other.split(separator: "\n").dropFirst().joined(separator: "\n"), "deux.csv")
        #expect(try box.run("import", both, "--meter", "3344", "--config", config).code == 0)
        let unsaid = try box.run("export", "--config", config, "--compare", both)
        #expect(unsaid.code == 65 && unsaid.output.contains("--meter: 3344, 7788"), "\(unsaid.output)")
        let equal = try box.run("export", "--config", config, "--meter", "3344", "--compare", both)
        #expect(equal.code == 0 && equal.output.contains("0 differ"), "\(equal.output)")
        #expect(try box.run("export", "--config", config, "--meter", "7788", "--compare", both).code == 1)
        #expect(try box.run("export", "--config", config, "--meter", "x", "--compare", both).code == 64)
    }

    @Test("a curve of which mean power was taken for energy is refused by its days, and nothing is written")
    func powerForEnergy() async throws {
        let server = try box.influxd()
        let (url, config) = try prepare(server, "option = \"base\"\nprices = { BASE = 0.2 }")
        let first = LocalDate(year: 2025, month: 6, day: 2)
        let curve = try curve(from: first, days: 4) { _ in 2000 }
        let registers = try registers(from: first, (0..<4).map { _ in (10_000, 14_000) })
        let refused = try box.run("import", curve, registers, "--config", config)
        #expect(refused.code == 65 && refused.output.contains("2 times what the registers"), "\(refused.output)")
        #expect(try await box.rows(url, "SELECT * FROM m15.energy").isEmpty)
    }

    @Test("a file that is none of the known ones, and one that is not there, have codes of their own and no names")
    func noFile() throws {
        let config = try configure("http://127.0.0.1:9", "option = \"base\"\nprices = { BASE = 0.2 }")
        let other = try write("a;b\n1;2\n", "Dupont Jeanne 12345678901234.csv")
        let unknown = try box.run("import", other, "--config", config)
        #expect(unknown.code == 65 && unknown.output.contains("file 1") && !unknown.output.contains("Dupont"))
        #expect(try box.run("import", "\(box.folder)/none.csv", "--config", config).code == 66)
        let curve = try curve(from: LocalDate(year: 2025, month: 6, day: 2), days: 1) { _ in 1000 }
        #expect(try box.run("import", curve, "--config", config).code == 69)
    }

    @Test("a file that is known and gives nothing is told with what to take instead, and without its name")
    func unusable() throws {
        let config = try configure("http://127.0.0.1:9", "option = \"base\"\nprices = { BASE = 0.2 }")
        let total = try write("\"Date\";\"Conso\"\n\"01/06/2025 00:30\";\"0.206 kWh\"\n", "12-Dupont-Jeanne.csv")
        let refused = try box.run("import", total, "--config", config)
        #expect(refused.code == 65 && refused.output.contains("half hours of TotalEnergies"), "\(refused.output)")
        #expect(!refused.output.contains("Dupont"))
    }

    @Test("a day that has not come yet is no day of the house: a damaged date")
    func future() async throws {
        let server = try box.influxd()
        let (url, config) = try prepare(server, "option = \"base\"\nprices = { BASE = 0.2 }")
        let days = try write("Date;Consommation (en kWh)\n01/06/2025;12,5\n01/06/2095;12,5\n", "jours.csv")
        let done = try box.run("import", days, "--config", config)
        #expect(done.code == 0 && done.output.contains("1 in the future, left out"), "\(done.output)")
        #expect(try await sums(url, ["import_wh"], "\"day\".\"energy\"") == [12_500])
    }
}
