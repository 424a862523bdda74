import Foundation
import MeterCore
import Testing

@testable import boxenergie

/// The powers of a day in a real database, and what the check makes of them.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct BalanceCheckTests {
    private let box: Installation

    init() throws {
        MainLoop.start()
        box = try Installation()
    }

    /// A battery at the house's alternating current.
    private static let coupled = """
        [source.pack]
        type = "modbus"
        host = "127.0.0.1"
        unit = 1
        role = "battery"
        [source.pack.registers]
        w = { address = 1, type = "int16", unit = "W" }
        soc_pct = { address = 2, type = "uint16" }
        """
    /// A battery behind the port of a hybrid inverter.
    private static let hybrid = """
        [source.pack]
        type = "modbus"
        host = "127.0.0.1"
        profile = "huawei-sun2000"
        """

    private func findings(_ battery: String = coupled, _ lines: (Int64) -> String) async throws -> [Finding] {
        let server = try box.influxd()
        let config = try box.configure(server.line(), sources: battery)
        let provision = try box.run("provision", "--config", config)
        try #require(provision.code == 0, "\(provision.output)")
        var patient = Patient(config)
        patient.report = nil
        let text = lines(patient.now)
        if !text.isEmpty { #expect(try box.run("write", "--policy", "raw", "--config", config, input: text).code == 0) }
        #expect(patient.configuration != nil, "\(patient.diagnostics)")
        return await BalanceCheck().ask(patient)
    }

    /// Four hours of a battery, each minute, whose charge changes by so much an hour.
    private func battery(_ now: Int64, watts: Double, anHour: Double) -> String {
        (0..<240).map { minute in
            let (time, soc) = (now - 14_400 + Int64(minute) * 60, 50 + anHour * Double(minute) / 60)
            return "battery,site=maison,source=pack w=\(watts),soc_pct=\(soc) \(time)\n"
        }.joined()
    }

    private func flows(_ now: Int64, below: Int) -> String {
        (0..<2000).map { slot in
            "flow,site=maison consumption_w=\(slot < below ? -300.0 : 400.0) \(now - 80_000 + Int64(slot) * 10)\n"
        }.joined()
    }

    @Test("powers that fit together are said to, and without any nothing is said")
    func well() async throws {
        #expect(try await findings { _ in "" }.isEmpty)
        let found = try await findings { now in flows(now, below: 25) + battery(now, watts: 600, anHour: -8) }
        #expect(found.map(\.grade) == [.ok, .ok], "\(found)")
    }

    @Test("a house below nothing and a battery whose charge goes the other way are said, with what to do")
    func ill() async throws {
        let found = try await findings { now in flows(now, below: 200) + battery(now, watts: 600, anHour: 8) }
        #expect(found.map(\.grade) == [.wrong, .wrong], "\(found)")
        #expect(found.first?.sentence.contains("10 % of the last day") == true)
        #expect(found.last?.subject == "battery pack" && found.allSatisfy { !$0.advice.isEmpty })
        #expect(found.last?.advice.last?.contains("invert_power = true in [source.pack]") == true, "\(found)")
        let charging = try await findings { now in battery(now, watts: -600, anHour: -8) }
        #expect(charging.map(\.grade) == [.wrong], "\(charging)")
    }

    @Test(
        "a battery behind a hybrid inverter is judged alike",
        arguments: [(600.0, -8.0, Finding.Grade.ok), (600, 8, .wrong)]
    )
    func behindHybrid(_ watts: Double, _ anHour: Double, _ grade: Finding.Grade) async throws {
        let found = try await findings(Self.hybrid) { now in battery(now, watts: watts, anHour: anHour) }
        #expect(found.map(\.grade) == [grade], "\(found)")
        let advice = found.flatMap(\.advice)
        #expect(advice.contains { $0.contains("invert_battery = true in [source.pack]") } == (grade == .wrong))
    }

    @Test("what already turns the sign round is to go, and values of its own are turned by their scale")
    func alreadyTurned() async throws {
        let turned = try await findings(Self.hybrid + "\ninvert_battery = true\n") { now in
            battery(now, watts: 600, anHour: 8)
        }
        #expect(
            turned.flatMap(\.advice).contains { $0.contains("invert_battery = false in [source.pack]") },
            "\(turned)"
        )
        let own = """
            [source.pack]
            type = "http"
            url = "http://127.0.0.1:1/"
            role = "battery"
            fields = { w = { path = "w", unit = "W" }, soc_pct = { path = "soc" } }
            """
        let found = try await findings(own) { now in battery(now, watts: 600, anHour: 8) }
        #expect(found.flatMap(\.advice).contains { $0.contains("scale = -1 in [source.pack]") }, "\(found)")
    }
}
