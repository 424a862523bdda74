import Foundation
import MeterCore
import Testing

@testable import boxenergie

/// The program, where Debian's package puts it, or where Tests/peers/victoria-metrics unpacks that.
private let engineProgram =
    ["/usr/bin/victoria-metrics", Installation.root + "/.build-tools/victoria-metrics/usr/bin/victoria-metrics"]
    .first { FileManager.default.isExecutableFile(atPath: $0) } ?? ""

/// An engine of line protocol that has no retention policies: a real VictoriaMetrics beside the box.
@Suite(
    .mayBlock,
    .enabled(if: !engineProgram.isEmpty, "victoria-metrics is not installed"),
    .timeLimit(.minutes(10))
)
struct VictoriaMetricsTests {
    private let box: Installation

    init() throws { box = try Installation() }

    /// The names of all series that it has, with their newest value.
    private func series(_ port: Int) throws -> [String: Double] {
        let question = "http://127.0.0.1:\(port)/api/v1/export?match[]=%7B__name__!=%22%22%7D"
        let answer = try Peer.run(["/usr/bin/curl", "--silent", "--globoff", question])
        var found: [String: Double] = [:]
        for line in answer.output.split(separator: "\n") {
            let row = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let name = try #require((row["metric"] as? [String: String])?["__name__"])
            found[name] = (row["values"] as? [Double])?.last
        }
        return found
    }

    @Test("each policy has names of its own there, and no text is a 0")
    func names() async throws {
        let port = Int.random(in: 20_000..<32_000)
        let engine = try Peer(
            [
                engineProgram, "-storageDataPath=\(box.folder)/engine", "-httpListenAddr=127.0.0.1:\(port)",
                "-retentionPeriod=100y", "-memory.allowedPercent=5",
            ]
        )
        let server = try box.influxd()
        let device = try HTTPPeer()
        try device.serve("/", ["body": "{\"wh\": 1000001, \"w\": 500}"])
        let config = try box.configure(
            server.line(),
            sources: """
                \(device.meter("compteur"))
                [output.engine]
                type = "influx"
                url = "http://127.0.0.1:\(port)"
                names = "policy"
                only = ["raw.*", "m15.*"]
                flush = "1s"
                """
        )
        #expect(try box.run("provision", "--config", config).code == 0)
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try series(port)["raw_meter_wh_in"] == 1_000_001 })
        // The box's own points come after ten seconds; one of their fields is a text.
        #expect(try await eventually { try series(port)["raw_source_reads"] != nil })
        let names = try series(port).keys
        #expect(names.contains("raw_meter_w") && !names.contains("raw_source_state"), "\(names.sorted())")
        #expect(names.allSatisfy { $0.hasPrefix("raw_") || $0.hasPrefix("m15_") }, "\(names.sorted())")
        #expect(try box.report(config)?.outputs["engine"]?.pointsRefused == 0)
        daemon.kill()
        engine.kill()
    }
}
