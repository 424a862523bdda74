import Foundation
import InfluxOutput
import MeterCore
import Testing

@testable import boxenergie

/// A source with far more text than the spool has room for, beside another one, while the server is away.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct FairSharesTests {
    private let box: Installation

    init() throws { box = try Installation() }

    /// Makes a program that prints for ever.
    private func program(_ name: String, _ body: String) throws -> String {
        let path = "\(box.folder)/\(name)"
        let head = "#!/usr/bin/python3 -u\nimport time\nstart, number = int(time.time()) - 7200, 0\nwhile True:\n"
        try write(head + body + "    number += 1\n", to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return "command = [\"\(path)\"]\ntype = \"exec\"\nrunning = \"always\"\n"
    }

    @Test("it loses its own readings and none of the other's, and status has its name")
    func largeTexts() async throws {
        let server = try box.influxd()
        let url = server.line()
        let texts = try program(
            "texts",
            "    print(f\"texts,place={number % 60} text=\\\"\" + \"x\" * 20000 + \"\\\"\")\n    time.sleep(1 / 60)\n"
        )
        let water = try program(
            "water",
            "    print(f\"water number={number}i {start + number}\")\n    time.sleep(0.2)\n"
        )
        let config = try box.configure(
            url,
            sources: """
                [source.texts]
                \(texts)
                measurements = ["raw.texts"]
                [source.water]
                \(water)
                measurements = ["raw.water"]
                precision = "s"
                """
        )
        let check = try box.run("check", config)
        #expect(check.code == 0, "\(check.output)")
        #expect(try box.run("provision", "--config", config).code == 0)
        server.sendLine("kill")
        #expect(server.line() == "killed")
        let daemon = try box.start("run", "--config", config)
        let isFull = try await eventually {
            try (box.report(config)?.outputs["influx"]?.pointsLostBySource?["texts"] ?? 0) > 500
        }
        #expect(isFull)
        let report = try #require(try box.report(config))
        #expect(report.outputs["influx"]?.pointsLostBySource.map { Array($0.keys) } == ["texts"])
        #expect(try box.status(config).contains("(since the start: texts "))
        let made = try #require(report.sources["water"]?.reads)
        server.sendLine("start")
        #expect(server.line() == url)
        var numbers: [InfluxValue] = []
        let isWhole = try await eventually {
            numbers = try await box.rows(url, "SELECT number FROM raw.water").compactMap { $0["number"] }
            return numbers.count >= made && numbers == numbers.indices.map { .integer(Int64($0)) }
        }
        #expect(isWhole, "\(numbers.count) of \(made) readings: \(numbers.prefix(50))")
        #expect(daemon.terminate().code == 0)
    }
}
