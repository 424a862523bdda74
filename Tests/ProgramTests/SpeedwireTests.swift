import Foundation
import MeterCore
import MeterNotation
import Testing

@testable import MeterSources

/// Meters that speak by real multicast on the interface `lo`, see Tests/peers/speedwire.py.
@Suite(.mayBlock, .timeLimit(.minutes(5)), .serialized) struct SpeedwireTests {
    private func speakers(_ meters: String...) throws -> Peer {
        let peer = try Peer(["/usr/bin/env", "python3", PythonPeer.script("speedwire.py")] + meters)
        try #require(peer.line() == "speaking")
        return peer
    }

    private func source(_ name: String, _ settings: String) -> SourceRun {
        SourceRun(SpeedwireSource.self, name: name, "interface = \"lo\"\nevery = \"1s\"\n\(settings)\n")
    }

    @Test("two sources hear two meters at the same time, each its own")
    func two() async throws {
        let speakers = try speakers("349:1900123456:1234.5:40000000", "372:3001234567:-800:9000000")
        let (grid, panels) = (
            source("reseau", "serial = 1900123456"), source("toit", "serial = 3001234567\ninvert = true")
        )
        let tasks = [Task { await grid.run() }, Task { await panels.run() }]
        defer { for task in tasks { task.cancel() } }
        try await wait { grid.values("wh_in").count >= 2 && panels.values("wh_out").count >= 2 }
        #expect(
            Set(grid.values("w")).isSubset(of: [1234.5, 617.2]) && Set(panels.values("w")).isSubset(of: [800, 400])
        )
        #expect(grid.values("wh_in").allSatisfy { (40_000_000..<40_010_000).contains($0) })
        // Turned: what it calls drawn is injected.
        #expect(panels.values("wh_out").allSatisfy { (9_000_000..<9_010_000).contains($0) })
        #expect(grid.values("v").allSatisfy { [230.1, 231.2].contains($0) }, "the third phase is not connected")
        #expect(grid.status.device == "serial number 1900123456 (SUSy-ID 349)")
        #expect(grid.status.lastError == "a telegram is not whole", "\(grid.status)")
        #expect(grid.status.quality["damaged"] ?? 0 >= 1 && panels.status.errors == 0)
        _ = speakers.identifier
    }

    @Test("without a serial number the only meter is read, and two are said")
    func alone() async throws {
        var speakers: Peer? = try speakers("349:1900123456:500:40000000")
        let run = source("reseau", "")
        let task = Task { await run.run() }
        defer { task.cancel() }
        try await wait { run.values("wh_in").count >= 2 }
        speakers = nil
        #expect(speakers == nil)
        let both = try self.speakers("349:1900123456:500:40001000", "349:1900999999:600:5")
        try await wait { run.status.lastError?.contains("several meters speak: write serial") == true }
        #expect(run.status.lastError?.contains("1900999999 (SUSy-ID 349)") == true)
        #expect(run.values("w").allSatisfy { [500, 250].contains($0) }, "nothing of the other one")
        _ = both.identifier
    }

    @Test("probe finds each meter with the section that reads it")
    func probe() async throws {
        let speakers = try speakers("349:1900123456:500:40000000", "372:3001234567:0:1")
        MainLoop.start()
        let notes = ProbeNotes(onStep: {}, onFinding: { _ in })
        try await SpeedwireProbe(interface: "lo").look(notes)
        let blocks = notes.all.findings.map { $0.block(named: "reseau") }.sorted()
        try #require(blocks.count == 2, "\(blocks)")
        #expect(blocks[0].contains("type = \"speedwire\"\nserial = 1900123456") && blocks[1].contains("3001234567"))
        for block in blocks {
            let document = ConfigDocument(text: block, file: "found")
            for (_, section) in document.root.namedSections("source") {
                _ = section.string("type", "")
                _ = SpeedwireSource(settings: section)
            }
            document.root.finish()
            #expect(document.diagnostics.all.isEmpty, "\(document.diagnostics.all)")
        }
        _ = speakers.identifier
    }
}
