import Foundation
import InfluxOutput
import Logging
import MeterCore
import SourceCases
import Testing

@testable import boxenergie

/// What those who look after the box learn from the log and from `raw.source`.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct AttentionTests {
    @Test("a register without a price is a warning in the log, whether or not somebody is told of events")
    func warning() {
        let text = "[tariff.a]\nfrom = \"2026-01-01\"\noption = \"hphc\"\nprices = { HC = 0.1, HP = 0.2 }\n"
        let energy = Configuration(ConfigDocument(text: text, file: "f", credentialsDirectory: nil)).energy
        let lines = LoggedLines { "\($0.level) \($0.message) \($0.metadata ?? [:])" }
        let notifier = Notifier(energy, logger: lines.logger)
        var ledger = Ledger(energy.ledger)
        for minute in Int64(0)...60 {
            let register = MeterRegister(.tariff, name: "F03")
            let fact = Fact.register(register, value: Double(minute))
            let time = Timestamp(seconds: 1_790_000_100 + minute * 60)
            notifier.tell(ledger.learn(Reading(of: "linky", [fact], at: time)).events)
        }
        #expect(lines.all.count == 1, "\(lines.all)")
        #expect(lines.all.first?.contains("warning The books need attention") == true)
        #expect(lines.all.first?.contains("the register F03 counts energy") == true)
    }

    @Test("a meter that is read in time is late for nothing")
    func inTime() async throws {
        let box = try Installation()
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url, every: "60s")
        #expect(try box.run("provision", "--config", config).code == 0)
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        _ = house.line()
        let daemon = try box.start("run", "--config", config)
        let query = "SELECT late_s, age_s FROM raw.source"
        #expect(try await eventually { try await !box.rows(url, query).isEmpty })
        let rows = try await box.rows(url, query)
        #expect(rows.allSatisfy { $0["late_s"] == .integer(0) || $0["late_s"] == .float(0) }, "\(rows)")
        #expect(daemon.terminate().code == 0)
        #expect(house.terminate().code == 0)
    }
}
