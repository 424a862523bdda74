import Foundation
import InfluxOutput
import Logging
import MeterCore
import MeterIO
import Testing

@testable import boxenergie

/// What the box says of itself.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct BoxTests {
    private let box: Installation

    init() throws { box = try Installation() }

    @Test("the box and its meters are measurements of their own, and counters go on after a restart")
    func observes() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        _ = house.line()
        for run in 1...2 {
            let daemon = try box.start("run", "--config", config)
            #expect(
                try await eventually { try await box.rows(url, "SELECT frames FROM \"raw\".\"box\"").count == run }
            )
            #expect(try box.run("status", "--config", config, "--format", "json").output.contains("\"starts\":\(run)"))
            #expect(daemon.terminate().code == 0)
        }
        let rows = try await box.rows(url, "SELECT * FROM \"raw\".\"box\"")
        for field in ["frames", "frame_errors", "quarantined", "queue_points", "spool_bytes", "dropped", "uptime_s"] {
            for row in rows { #expect(row[field]?.integer != nil, "\(field) \(row)") }
        }
        for field in ["write_ms", "load1", "mem_used_pct", "disk_used_pct"] {
            for row in rows { #expect(row[field] != .null, "\(field) \(row)") }
        }
        let frames = rows.compactMap { $0["frames"]?.integer }
        #expect(frames.first ?? 0 > 3 && frames.last ?? 0 > (frames.first ?? 0) + 3, "\(frames)")
        let sources = try await box.rows(url, "SELECT * FROM \"raw\".\"source\" WHERE \"source\" = 'linky'")
        #expect(sources.count == 2)
        for row in sources {
            #expect(row["state"] == .string("reading"))
            #expect(row["reads"]?.integer ?? 0 > 3)
            #expect(row["site"] == .string("maison"))
        }
        #expect(house.terminate().code == 0)
    }

    @Test("the machine is described as its own tools describe it")
    func health() throws {
        let health = BoxHealth(disk: box.folder)
        let table = try Peer.run(["/usr/bin/df", "--output=pcent", box.folder]).output
        let percent = try #require(table.split(whereSeparator: \.isWhitespace).last.flatMap { Double($0.dropLast()) })
        #expect(abs(percent - (health.diskUsedPercent ?? -9)) <= 1.5, "df says \(percent)")
        #expect((0...100).contains(try #require(health.memoryUsedPercent)))
        #expect(try #require(health.load) >= 0)
        let folder = box.folder + "/size"
        try FileManager.default.createDirectory(atPath: folder + "/inner", withIntermediateDirectories: true)
        try Data(count: 50_000).write(to: URL(fileURLWithPath: folder + "/inner/file"))
        #expect((49_152...65_536).contains(BoxHealth.size(of: folder)))
        #expect(BoxHealth.size(of: folder + "/none") == 0)
    }

    @Test("what reaches the disk is counted", .enabled(if: BoxHealth(disk: "/var/tmp").diskBytesWritten != nil))
    func diskBytes() throws {
        let path = "/var/tmp/boxenergie-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let before = try #require(BoxHealth(disk: "/var/tmp").diskBytesWritten)
        let copy = try Peer.run(["/usr/bin/dd", "if=/dev/urandom", "of=\(path)", "bs=1M", "count=4", "conv=fsync"])
        #expect(copy.code == 0)
        #expect(try #require(BoxHealth(disk: "/var/tmp").diskBytesWritten) - before >= 4 << 20)
    }

    @Test("a ledger that another version saved in another shape is forgotten, and the counters are not")
    func otherVersion() throws {
        let text = #"{"starts":5,"sources":{"linky":{"reads":7}},"outputs":{},"clockJumps":0,"ledger":{"tracks":"?"},"#
        let card = #""card":{"total":1,"today":1,"day":"","boot":"","counter":0}}"#
        try StateFile(box.folder + "/counters").save([UInt8]((text + card).utf8))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var memory = BoxMemory(box.folder, logger: logger)
        #expect(memory.starts == 6 && memory.ledger == nil && memory.source("linky").reads == 7)
        var ledger = Ledger(Ledger.Settings())
        let register = Fact.register(MeterRegister(.import), value: 3)
        _ = ledger.learn(Reading(of: "linky", [register], at: Timestamp(seconds: 1_768_345_200)))
        memory.note(ledger: ledger.memory)
        memory.save()
        memory = BoxMemory(box.folder, logger: logger)
        #expect(memory.starts == 7 && memory.ledger?.newest == 1_768_345_200)
    }

    @Test("the time that NTP kept is known to the next start of the program, and to no other start of the machine")
    func keptTime() {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let memory = BoxMemory(box.folder, logger: logger)
        #expect(memory.clock(of: "a") == nil)
        memory.note(clock: 1_795_000_000_000_000_000, boot: "a")
        memory.save()
        let next = BoxMemory(box.folder, logger: logger)
        #expect(next.clock(of: "a") == 1_795_000_000_000_000_000 && next.clock(of: "b") == nil)
        next.note(clock: nil, boot: "a")
        #expect(next.clock(of: "a") == nil)
    }

    @Test("the ledger of a house with 22 meters, one of them silent for 14 hours, is saved")
    func largeLedger() throws {
        let start: Int64 = 1_768_345_200
        var ledger = Ledger(Ledger.Settings())
        func learn(_ meter: String, _ register: MeterRegister, _ value: Double, _ time: Int64) {
            let reading = Reading(of: meter, [.register(register, value: value)], at: Timestamp(seconds: time))
            _ = ledger.learn(reading)
        }
        learn("onduleur", MeterRegister(.production), 0, start)
        for quarter in Int64(0)...56 {
            let time = start + quarter * 900
            learn("linky", MeterRegister(.import, isDistributors: true), Double(quarter) * 100, time)
            for meter in 0..<20 { learn("compteur \(meter)", MeterRegister(.production), Double(quarter), time) }
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let memory = BoxMemory(box.folder, logger: logger)
        memory.note(ledger: ledger.memory)
        memory.save()
        #expect(try JSONEncoder().encode(ledger.memory).count > 40_000)
        #expect(BoxMemory(box.folder, logger: logger).ledger?.newest == start + 56 * 900)
    }

    @Test("bytes written to the card are summed over restarts and by day")
    func cardWear() {
        var wear = CardWear()
        wear.note(5000, boot: "a", day: "1")
        #expect(wear.total == 0 && wear.today == 0, "what was before the box is not its own")
        wear.note(5100, boot: "a", day: "1")
        wear.note(70, boot: "b", day: "1")
        #expect(wear.total == 170 && wear.today == 170)
        wear.note(75, boot: "b", day: "2")
        #expect(wear.total == 175 && wear.today == 5)
        wear.note(10, boot: "b", day: "2")
        #expect(wear.total == 185, "a counter that went back was started again")
    }
}

extension InfluxValue {
    fileprivate var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
}
