import Foundation
import MeterCore
import MeterSources
import Testing

/// One RS485 pair with devices of three protocols and three speeds, all of them answering by other implementations than
/// ours: aurorapy, pymodbus, and M-Bus frames built by hand.
@Suite(.mayBlock, .timeLimit(.minutes(10)), .enabled(if: PythonPeer.isThere, "Tests/peers/setup makes the peers"))
struct MixedBusTests {
    private let folder = NSTemporaryDirectory() + "boxenergie-\(UUID().uuidString)"
    private var habits: String { "\(folder)/habits" }
    private var line: String { "\(folder)/bus" }

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    /// The devices hear each other's requests; the inverter and the first meter even understand the same speed.
    private func wire(_ options: [String]) throws -> Peer {
        func script(_ name: String) -> String { "\(PythonPeer.python) \(PythonPeer.script(name))" }
        return try Peer(
            [PythonPeer.python, PythonPeer.script("wire.py")] + options + [
                line,
                "19200:\(script("aurora.py")) --address 2 --habits \(habits)",
                "19200:\(script("modbus_rtu.py")) 3 0=970 9=500 --habits \(habits)",
                "9600:\(script("modbus_rtu.py")) 4 0=100 9=490",
                "2400:\(script("mbus_slave.py")) --stdio \(MBusTests.telegram(MBusTests.electricity))",
            ]
        )
    }

    private func modbus(_ unit: Int, _ format: String) -> SourceRun {
        SourceRun(
            ModbusSource.self,
            name: "compteur\(unit)",
            """
            device = "\(line)"
            unit = \(unit)
            \(format)
            every = "1s"
            timeout = "300ms"
            pause = "5ms"
            table = "input"
            registers = { w = { address = 0, type = "int16", unit = "W" }, hz = { address = 9, scale = 0.1, unit = "Hz" } }
            """
        )
    }

    /// Whether each value that was ever handed over is the device's own.
    private func expectOwnValues(_ inverter: SourceRun, _ meters: [SourceRun], _ mbus: SourceRun) {
        #expect(inverter.values("w").allSatisfy { $0 == 1523.5 } && inverter.values("v").allSatisfy { $0 == 236.25 })
        #expect(inverter.values("wh").allSatisfy { (12_345_678...12_345_800).contains($0) })
        #expect(meters[0].values("w").allSatisfy { $0 == 970 } && meters[0].values("hz").allSatisfy { $0 == 50 })
        #expect(meters[1].values("w").allSatisfy { $0 == 100 } && meters[1].values("hz").allSatisfy { $0 == 49 })
        #expect(mbus.values("wh_in").allSatisfy { $0 == 12_345_670 } && mbus.values("w").allSatisfy { $0 == -1500 })
        #expect(mbus.values("v").allSatisfy { $0 == 231.5 })
    }

    @Test(
        "Aurora, Modbus and M-Bus share a line, each at its own speed, and no answer is taken for another's",
        arguments: [[], ["--echo"], ["--noise", "ff003b"], ["--echo", "--noise", "ff003b"]]
    )
    func shared(_ options: [String]) async throws {
        let wire = try wire(options)
        #expect(wire.line().split(separator: " ").count == 4)
        let inverter = SourceRun(
            AuroraSource.self,
            name: "onduleur",
            "device = \"\(line)\"\nevery = \"1s\"\ntimeout = \"300ms\"\npause = \"5ms\""
        )
        let meters = [
            modbus(3, "speed = 19200"), modbus(4, "speed = 9600\nparity = \"even\""),
        ]
        let mbus = SourceRun(MBusSource.self, name: "elec", "device = \"\(line)\"\naddress = 5\nevery = \"5s\"")
        let all = [inverter, mbus] + meters
        let reading = all.map { source in Task { await source.run() } }
        func counts() -> [Int] { all.map { $0.values("w").count } }
        try await wait { counts().allSatisfy { $0 >= 3 } }
        expectOwnValues(inverter, meters, mbus)

        // Answers of two devices come when others have their turn, some of which speak as fast.
        try "late".write(toFile: habits, atomically: true, encoding: .utf8)
        let before = counts()
        try await wait {
            let troubles = [inverter, meters[0]].map { source in
                (source.status.quality["silences"] ?? 0) + (source.status.quality["wrong answers"] ?? 0)
            }
            return troubles.allSatisfy { $0 >= 3 } && counts()[1] >= before[1] + 2 && counts()[3] >= before[3] + 5
        }
        try "good".write(toFile: habits, atomically: true, encoding: .utf8)
        let after = counts()
        try await wait { zip(counts(), after).allSatisfy { $0 >= $1 + 2 } }
        for task in reading { task.cancel() }
        for task in reading { await task.value }
        expectOwnValues(inverter, meters, mbus)
        _ = wire.identifier
    }
}
