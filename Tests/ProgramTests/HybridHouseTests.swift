import Foundation
import InfluxOutput
import Testing

/// A Linky and a hybrid inverter with a battery, which pymodbus plays, read by the running program over the end of a
/// quarter of an hour.
///
/// The program's time of day is set so that the quarter ends a minute and a half after its start, see
/// Tests/peers/clock_shift.c. What was counted earlier in that quarter stands in the database already.
@Suite(.mayBlock, .timeLimit(.minutes(10)), .enabled(if: PythonPeer.isThere, "Tests/peers/setup makes the peers"))
struct HybridHouseTests {
    /// Seconds from the start of the program to the end of the quarter.
    private static let lead: Int64 = 90

    private let box: Installation
    /// The end of the quarter, in seconds since 1970: one that is over already.
    private let end: Int64
    /// Seconds by which the program's time of day is behind.
    private let shift: Int64

    init() throws {
        box = try Installation()
        let source = Installation.root + "/Tests/peers/clock_shift.c"
        let made = try Peer.run([
            "/usr/bin/env", "cc", "-shared", "-fPIC", "-O1", "-o", box.folder + "/clock.so", source,
        ])
        try #require(made.code == 0, "\(made.output)")
        let now = Int64(Date().timeIntervalSince1970)
        end = now / 900 * 900
        shift = end - Self.lead - now
    }

    /// Registers in Wh.
    private struct Registers {
        var drawn: Int64 = 40_000_000
        var injected: Int64 = 9_000_000
        var panels: Int64 = 13_000_010
        var port: Int64 = 12_345_670
        var charge: Int64 = 1_234_570
        var discharge: Int64 = 1_111_110

        /// Line protocol of a reading.
        func lines(at time: Int64) -> String {
            """
            linky,site=maison,source=linky wh_in=\(drawn)i,wh_out=\(injected)i \(time)
            production,kind=inverter,site=maison,source=solaire wh=\(panels)i \(time)
            ac_port,site=maison,source=solaire wh_out=\(port)i \(time)
            battery,site=maison,source=solaire wh_charge=\(charge)i,wh_discharge=\(discharge)i \(time)

            """
        }
    }

    /// The device's words by their addresses.
    ///
    /// - Parameters:
    ///   - registers: what it has counted, in steps of 10 Wh.
    ///   - port: W that it gives to the house.
    ///   - battery: W with which the battery is charged, as the device says it.
    /// - Returns: one list for each stretch of registers.
    private func words(_ registers: Registers, port: Int64, battery: Int64) -> [Int: [Int]] {
        [
            30015: Words.unsigned(0x4845_3132_0000_0000, 4) + [Int](repeating: 0, count: 6),
            32016: [3805, 455, 3700, 0], 32064: Words.signed(1200, 2), 32069: [2301], 32080: Words.signed(port, 2),
            32085: [5001, 0, 412, 3000, 512], 32106: Words.signed(registers.port / 10, 2),
            32108: Words.signed(registers.panels / 10, 2), 37022: [215], 37100: [0],
            37758: Words.unsigned(10_000, 2), 37760: [735], 37762: [2], 37765: Words.signed(battery, 2),
            37780: Words.signed(registers.charge / 10, 2), 37782: Words.signed(registers.discharge / 10, 2),
        ]
    }

    private func number(_ row: [String: InfluxValue], _ field: String) -> Double? { row[field]?.number }

    @Test("a hybrid beside a Linky: port, battery and the energies of the quarter to the watt-hour, live and again")
    func quarter() async throws {
        let server = try box.influxd()
        let url = server.line()
        // What was counted when the quarter began, and until the program starts.
        let before = Registers()
        var now = before
        (now.drawn, now.injected, now.panels) = (before.drawn + 70, before.injected + 20, before.panels + 370)
        (now.port, now.charge, now.discharge) = (before.port + 250, before.charge + 150, before.discharge + 40)
        let linky = try SpokenLinky(at: box.folder + "/linky", drawn: now.drawn, injected: now.injected)
        let setup = words(now, port: 900, battery: 250)
        let inverter = try ModbusPeer(
            .tcp,
            [
                "units": ["1": ["3": Dictionary(uniqueKeysWithValues: setup.map { ("\($0.key)", $0.value) })]],
                "most": 64,
            ]
        )
        let config = try box.configure(
            url,
            sources: """
                [source.linky]
                type = "teleinfo"
                device = "\(box.folder)/linky"
                mode = "standard"
                every = "1s"
                [source.solaire]
                type = "modbus"
                \(inverter.place)
                profile = "huawei-sun2000"
                every = "5s"
                [tags]
                site = "maison"
                """
        )
        #expect(try box.run("provision", "--config", config).code == 0)
        let history =
            before.lines(at: end - 1200) + before.lines(at: end - 900) + now.lines(at: end - 500)
            + now.lines(at: end - Self.lead - 20)
        #expect(try box.run("write", "--policy", "raw", "--config", config, input: history).code == 0)
        let daemon = try Peer([
            "/usr/bin/env", "LD_PRELOAD=\(box.folder)/clock.so", "CLOCK_SHIFT=\(shift)", box.program, "run", "--config",
            config,
        ])

        // It is charged, and the house is told apart into what is so now.
        let flows = "SELECT * FROM raw.flow WHERE charge_w = 250"
        #expect(try await eventually { try await !box.rows(url, flows).isEmpty })
        let flow = try #require(try await box.rows(url, flows).last)
        #expect(number(flow, "production_w") == 1200 && number(flow, "discharge_w") == 0, "\(flow)")
        #expect(number(flow, "loss_w") == 50 && number(flow, "consumption_w") == 900, "\(flow)")
        #expect(number(flow, "soc_pct") == 73.5, "\(flow)")

        // It is discharged, and everything counts on until before the end of the quarter.
        (now.panels, now.port, now.discharge) = (now.panels + 30, now.port + 50, now.discharge + 40)
        for (address, words) in words(now, port: 1550, battery: -400) {
            inverter.order("set 1 3 \(address) \(words.map(String.init).joined(separator: " "))")
        }
        try await linky.draw(30)
        (now.drawn, now.injected) = (now.drawn + 30, now.injected)
        let last = "SELECT wh_discharge FROM raw.battery WHERE wh_discharge = \(now.discharge)"
        #expect(try await eventually { try await !box.rows(url, last).isEmpty })
        let counted = number(try await box.rows(url, last).first ?? [:], "time") ?? .infinity
        try #require(counted < Double(end), "the machine was too slow for the quarter")

        let port = try #require(try await box.rows(url, "SELECT * FROM raw.ac_port").last)
        #expect(number(port, "w") == 1550 && number(port, "wh_out") == Double(now.port), "\(port)")
        let battery = try #require(try await box.rows(url, "SELECT * FROM raw.battery").last)
        #expect(number(battery, "w") == 400 && number(battery, "soc_pct") == 73.5, "\(battery)")
        #expect(number(battery, "wh_charge") == Double(now.charge), "\(battery)")

        // The house: 100 drawn - 20 injected + 400 made + 80 - 150 of the battery = 410 Wh. The port counts only what it
        // gives, so that it cannot tell what the grid charges: neither it nor what is lost behind it counts.
        let wanted: [String: Double] = [
            "import_wh": 100, "export_wh": 20, "production_wh": 400, "charge_wh": 150, "discharge_wh": 80,
            "consumption_wh": 410,
        ]
        let quarter = "SELECT * FROM m15.energy WHERE time = \(end - 900)s"
        func isRight() async throws -> Bool {
            let row = try await box.rows(url, quarter).first ?? [:]
            return number(row, "loss_wh") == nil
                && wanted.allSatisfy { abs((number(row, $0.key) ?? .infinity) - $0.value) < 1e-6 }
        }
        let isSettled = try await eventually(isRight)
        let settled = try await box.rows(url, quarter)
        #expect(isSettled, "\(settled)")
        #expect(daemon.terminate().code == 0)

        _ = try await box.client(url).query("DELETE FROM energy", database: "boxenergie")
        let rollup = try box.run("rollup", "--config", config)
        #expect(rollup.code == 0, "\(rollup.output)")
        let again = try await box.rows(url, quarter)
        #expect(try await isRight(), "computed again: \(again)")
        let events = try await box.rows(url, "SELECT title FROM day.event")
        #expect(events.isEmpty, "\(events)")
    }
}
