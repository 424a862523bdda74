import Foundation
import MeterNotation
import Testing

/// What systemd hears of the program.
@Suite(.mayBlock) struct ServiceTests {
    @Test("a service manager hears that the program is ready, alive and stopping")
    func notify() throws {
        let box = try Installation()
        let config = try box.configure("http://127.0.0.1:1")
        let manager = try FakeManager(in: box.folder)
        let daemon = try Peer([
            "/usr/bin/env", "NOTIFY_SOCKET=\(manager.path)", "WATCHDOG_USEC=600000", box.program, "run", "--config",
            config,
        ])
        #expect(manager.receive() == "READY=1")
        for _ in 0..<3 { #expect(manager.receive() == "WATCHDOG=1") }
        #expect(daemon.terminate().code == 0)
        var last: String?
        while let line = manager.receive(within: 1) { last = line }
        #expect(last == "STOPPING=1")
    }

    @Test("a timer's hour comes on each day of the year, once, also when clocks change")
    func timers() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)?.compactMap {
            $0 as? URL
        }
        let timers = try #require(files).filter { $0.pathExtension == "timer" }
        #expect(!timers.isEmpty)
        let calendar = LocalCalendar(.paris)
        for timer in timers {
            let text = try String(contentsOf: timer, encoding: .utf8)
            for match in text.matches(of: /OnCalendar=.*?(\d\d):(\d\d)/) {
                let (hour, minute) = (try #require(Int64(match.1)), try #require(Int64(match.2)))
                let first = LocalDate(year: 2026, month: 1, day: 1).dayNumber
                for day in first..<(first + 10 * 365) {
                    let local = day * 86_400 + hour * 3600 + minute * 60
                    let instants = TimeZoneRules.paris.instants(local: local)
                    #expect(instants.count == 1, "\(timer.lastPathComponent), \(calendar.date(instants.first ?? 0))")
                }
            }
        }
    }
}
