import Foundation
import Glibc
import InfluxOutput
import Logging
import MeterCore
import Testing

/// Lines that a real InfluxDB refuses among good ones.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct RefusalTests {
    private let box: Installation

    init() throws { box = try Installation() }

    private func uploader(to client: InfluxClient) -> Uploader {
        Uploader(
            batcher: Batcher(database: "boxenergie"),
            outbox: Outbox(spool: nil),
            sink: InfluxClient(lasting: client.settings),
            deadLetters: DeadLetters(path: box.folder + "/refused.lp"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func append(_ lines: [String], to batcher: Batcher) {
        let bytes = [UInt8](lines.map { $0 + "\n" }.joined().utf8)
        bytes.withUnsafeBytes { batcher.append(encoded: $0, lines: lines.count, policy: RetentionPolicy("raw")) }
    }

    /// A disk of 24 MB in memory; `nil` where none can be had.
    private func smallDisk() throws -> String? {
        let disk = box.folder + "/small"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        let mounted = try Peer.run(["/usr/bin/mount", "-t", "tmpfs", "-o", "size=24m", "none", disk])
        return mounted.code == 0 ? disk : nil
    }

    @Test("a disk that is full under InfluxDB refuses no line", .enabled(if: geteuid() == 0, "needs root for a disk"))
    func fullDisk() async throws {
        guard let disk = try smallDisk() else { return }
        defer { _ = try? Peer.run(["/usr/bin/umount", "--lazy", disk]) }
        let server = try Peer(["/usr/bin/env", "TMPDIR=" + disk, Installation.root + "/Tests/peers/influxd"])
        let client = try box.client(server.line())
        _ = try await client.query("CREATE DATABASE boxenergie")
        _ = try await client.query("CREATE RETENTION POLICY raw ON boxenergie DURATION INF REPLICATION 1")
        let uploader = uploader(to: client)
        append(["before v=1 1795000000"], to: uploader.batcher)
        async let work: Void = uploader.run()
        uploader.batcher.flush()
        #expect(try await eventually { uploader.counts.accepted == 1 })
        _ = try Peer.run(["/usr/bin/dd", "if=/dev/zero", "of=\(disk)/fill", "bs=4k", "status=none"])
        // Series that are new want room in files of their own.
        for part in 0..<10 {
            append((0..<1000).map { "m,t=\(part * 1000 + $0) v=1 1795000000" }, to: uploader.batcher)
            uploader.batcher.flush()
        }
        #expect(try await eventually { uploader.counts.failures > 0 })
        uploader.batcher.finish()
        await work
        #expect(uploader.counts.rejected == 0, "\(uploader.counts.lastError ?? "")")
        #expect(uploader.counts.lastError?.contains("no space left on device") == true)
        #expect(uploader.counts.accepted + uploader.outbox.backlog.points == 10_001)
        #expect(!FileManager.default.fileExists(atPath: box.folder + "/refused.lp"))
    }

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
        let uploader = uploader(to: client)
        // The database has them in another type; each of its shards, of an hour, knows the types for itself.
        for time in [now, now - 600] {
            append(["types v=1.5 \(time)", "words\\ of v\\ x=1.5 \(time)"], to: uploader.batcher)
        }
        async let work: Void = uploader.run()
        uploader.batcher.flush()
        #expect(try await eventually { uploader.counts.accepted == 4 })
        append(lines, to: uploader.batcher)
        uploader.batcher.finish()
        await work
        #expect(uploader.counts.rejected == bad.count, "\(uploader.counts)")
        #expect(uploader.counts.accepted == 604)
        #expect(uploader.counts.requests < 150, "\(uploader.counts.requests) requests")
        let kept = try String(contentsOfFile: box.folder + "/refused.lp", encoding: .utf8).split(separator: "\n")
        #expect(Set(kept.filter { !$0.hasPrefix("#") }.map(String.init)) == bad)
        #expect(kept.count { !$0.hasPrefix("#") } == bad.count)
        let rows = try await client.query("SELECT count(v) FROM raw.good", database: "boxenergie").flatMap(\.rows)
        #expect(rows.first?["count"] == .integer(600))
    }
}
