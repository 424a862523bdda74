import Foundation
import InfluxOutput
import Logging
import MeterCore
import Testing

/// Lines that a real InfluxDB refuses among good ones.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct RefusalTests {
    private let box: Installation

    init() throws { box = try Installation() }

    @Test("a thousand refused lines among good ones cost some requests and one write, and no good line")
    func refused() async throws {
        let server = try box.influxd()
        let client = try box.client(server.line())
        _ = try await client.query("CREATE DATABASE boxenergie")
        _ = try await client.query("CREATE RETENTION POLICY raw ON boxenergie DURATION 1d REPLICATION 1")
        let now = Int(Date().timeIntervalSince1970)
        var lines: [String] = []
        var bad: Set<String> = []
        for number in 0..<600 {
            let time = now - number
            lines.append("good v=\(number) \(time)")
            let refused = [
                "types v=\(number)i \(time)", "words\\ of v\\ x=\"\(number)\" \(time)",
                "good v=\(number) \(time - 999_999)",
                "good v= \(time)",
            ]
            bad.formUnion(refused)
            lines += refused
        }
        let batcher = Batcher(database: "boxenergie")
        let uploader = Uploader(
            batcher: batcher,
            outbox: Outbox(spool: nil),
            sink: InfluxClient(lasting: client.settings),
            deadLetters: DeadLetters(path: box.folder + "/refused.lp"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        func append(_ lines: [String]) {
            let bytes = [UInt8](lines.map { $0 + "\n" }.joined().utf8)
            bytes.withUnsafeBytes { batcher.append(encoded: $0, lines: lines.count, policy: RetentionPolicy("raw")) }
        }
        // The database has them in another type.
        append(["types v=1.5 \(now)", "words\\ of v\\ x=1.5 \(now)"])
        async let work: Void = uploader.run()
        batcher.flush()
        #expect(try await eventually { uploader.counts.accepted == 2 })
        append(lines)
        batcher.finish()
        await work
        #expect(uploader.counts.rejected == bad.count && uploader.counts.accepted == 602)
        #expect(uploader.counts.requests < 150, "\(uploader.counts.requests) requests")
        let kept = try String(contentsOfFile: box.folder + "/refused.lp", encoding: .utf8).split(separator: "\n")
        #expect(Set(kept.filter { !$0.hasPrefix("#") }.map(String.init)) == bad)
        #expect(kept.count { !$0.hasPrefix("#") } == bad.count)
        let rows = try await client.query("SELECT count(v) FROM raw.good", database: "boxenergie").flatMap(\.rows)
        #expect(rows.first?["count"] == .integer(600))
    }
}
