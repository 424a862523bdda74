import Foundation
import MeterCore
import MeterIO
import MeterSources
import Testing

/// Our source against inverters that answer by an independent implementation, aurorapy.
@Suite(.mayBlock, .timeLimit(.minutes(10)), .enabled(if: PythonPeer.isThere, "Tests/peers/setup makes the peers"))
struct AuroraPeerTests {
    private let folder = NSTemporaryDirectory() + "boxenergie-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    /// A line with inverters; each is a list of arguments for `aurora.py`.
    private func wire(named name: String = "bus", echo: Bool = false, _ inverters: [String]) throws -> Wire {
        let commands = inverters.map { "\(PythonPeer.python) \(PythonPeer.script("aurora.py")) \($0)" }
        let peer = try Peer(
            [PythonPeer.python, PythonPeer.script("wire.py")] + (echo ? ["--echo"] : []) + ["\(folder)/\(name)"]
                + commands
        )
        let processes = peer.line().split(separator: " ").compactMap { Int32($0) }
        #expect(processes.count == inverters.count)
        return Wire(peer: peer, path: "\(folder)/\(name)", processes: processes)
    }

    private struct Wire {
        let peer: Peer
        let path: String
        let processes: [Int32]
    }

    private func inverter(_ wire: Wire, address: Int = 2, every: Int = 1, timeout: String = "300ms") -> SourceRun {
        SourceRun(
            AuroraSource.self,
            name: "onduleur\(address)",
            "device = \"\(wire.path)\"\naddress = \(address)\nevery = \"\(every)s\"\ntimeout = \"\(timeout)\"\npause = \"5ms\""
        )
    }

    @Test("an independent inverter is read, with echo and without, with one input or two", arguments: [false, true])
    func reads(_ echo: Bool) async throws {
        let wire = try wire(echo: echo, [echo ? "--single" : ""])
        let inverter = inverter(wire, timeout: "5s")
        let reading = Task { await inverter.run() }
        try await wait { inverter.values("wh").count >= 2 }
        reading.cancel()
        await reading.value
        #expect(inverter.values("w").allSatisfy { $0 == 1523.5 })
        #expect(inverter.values("v").first == 236.25 && inverter.values("hz").first == 49.98)
        #expect(inverter.values("vdc1").first == 310 && inverter.values("temp_c") == [41.5])
        #expect(inverter.values("vdc2").isEmpty == echo)
        #expect(inverter.values("wh").allSatisfy { (12_345_678...12_345_700).contains($0) })
        #expect(inverter.values("state").first == 6 && inverter.values("alarm").first == 0)
        #expect(
            inverter.status.device == "3.0 kW, grid rule VDE 0126, transformerless, -3I33-, no. 654321, firmware C006"
        )
        #expect(inverter.status.errors == 0 && inverter.status.quality["wrong answers"] == 0)
        _ = wire.peer.identifier
    }

    @Test(
        "no trouble on the line becomes a value, and none of it lasts",
        arguments: ["half", "flip", "late", "stale", "shifted", "noise", "dead"]
    )
    func troubles(_ habit: String) async throws {
        let habits = "\(folder)/habits"
        let wire = try wire(["--habits \(habits)"])
        let inverter = inverter(wire)
        let reading = Task { await inverter.run() }
        try await wait { inverter.values("wh").count >= 2 }
        let before = inverter.all.count
        try habit.write(toFile: habits, atomically: true, encoding: .utf8)
        if habit == "noise" {
            try await wait { inverter.all.count >= before + 3 }
            #expect((inverter.status.quality["skipped bytes"] ?? 0) >= 3)
        } else {
            try await wait {
                let quality = inverter.status.quality
                let wrong = (quality["wrong answers"] ?? 0) + (quality["silences"] ?? 0)
                return habit == "shifted" ? inverter.status.errors >= 2 : wrong >= 3
            }
        }
        try "good".write(toFile: habits, atomically: true, encoding: .utf8)
        let count = inverter.values("wh").count
        try await wait { inverter.values("wh").count >= count + 2 }
        reading.cancel()
        await reading.value
        #expect(inverter.values("w").allSatisfy { $0 == 1523.5 })
        #expect(inverter.values("v").allSatisfy { $0 == 236.25 })
        #expect(inverter.values("adc1").allSatisfy { $0 == 2.457 })
        let registers = inverter.values("wh")
        #expect(registers.allSatisfy { (12_345_678...12_345_800).contains($0) } && registers == registers.sorted())
        _ = wire.peer.identifier
    }

    @Test("two inverters on one line are two sources, and each has its own values")
    func two() async throws {
        let wire = try wire(["--address 2 --watts 1000 --serial 222222", "--address 3 --watts 2000 --serial 333333"])
        let inverters = [2, 3].map { inverter(wire, address: $0, timeout: "5s") }
        let reading = inverters.map { inverter in Task { await inverter.run() } }
        try await wait { inverters.allSatisfy { $0.values("wh").count >= 3 } }
        for task in reading { task.cancel() }
        #expect(inverters[0].values("w").allSatisfy { $0 == 1000 })
        #expect(inverters[1].values("w").allSatisfy { $0 == 2000 })
        #expect(inverters.allSatisfy { $0.status.errors == 0 })
        #expect(inverters[1].status.device?.contains("333333") == true)
        _ = wire.peer.identifier
    }

    /// The others' readings are counted against those of twins on a line of their own, so that whatever slows this
    /// machine down slows both lines; and no clock of the test decides.
    @Test("a frozen inverter on a shared line leaves the others nine tenths of their readings, and more")
    func frozen() async throws {
        let shared = try wire(named: "shared", ["--address 2", "--address 3", "--address 4"])
        let alone = try wire(named: "alone", ["--address 5", "--address 6"])
        let sick = inverter(shared, address: 4, every: 2)
        let others = [2, 3].map { inverter(shared, address: $0, every: 2) }
        let twins = [5, 6].map { inverter(alone, address: $0, every: 2) }
        let all = others + [sick] + twins
        let reading = all.map { inverter in Task { await inverter.run() } }
        try await wait { all.allSatisfy { $0.values("w").count >= 3 } }
        #expect(kill(shared.processes[2], SIGSTOP) == 0)
        let before = all.map { $0.values("w").count }
        try await wait { zip(twins, before[3...]).allSatisfy { $0.values("w").count >= $1 + 20 } }
        let gained = zip(all, before).map { $0.values("w").count - $1 }
        let silences = sick.status.quality["silences"] ?? 0
        let few = gained[3...].min() ?? 20
        #expect(gained[0] * 10 >= few * 9, "of \(few) readings of the twins: \(gained)")
        #expect(gained[1] * 10 >= few * 9, "of \(few) readings of the twins: \(gained)")
        #expect(gained[2] <= 1)
        #expect((3...9).contains(silences), "asked \(silences) times in 40 s")
        #expect(kill(shared.processes[2], SIGCONT) == 0)
        try await wait { sick.values("w").count >= before[2] + gained[2] + 2 }
        for task in reading { task.cancel() }
        _ = (shared.peer.identifier, alone.peer.identifier)
    }
}
