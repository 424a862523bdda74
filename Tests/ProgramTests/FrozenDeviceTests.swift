import Foundation
import Glibc
import InfluxOutput
import Testing

/// The running program with a Linky, a Modbus device in the network and two devices on one RS485 pair, one of which is
/// frozen: its line is open, and it says nothing.
@Suite(.mayBlock, .timeLimit(.minutes(10)), .enabled(if: PythonPeer.isThere, "Tests/peers/setup makes the peers"))
struct FrozenDeviceTests {
    /// How often each source is read, in seconds.
    private static let period = 4
    /// How many of the Linky's readings the others are watched for.
    private static let readings = 16

    private let box: Installation

    init() throws { box = try Installation() }

    private struct Source: Sendable {
        var name: String
        var from: String
    }

    private static let sources = [
        Source(name: "linky", from: "SELECT va_in FROM raw.linky WHERE source = 'linky'"),
        Source(name: "reseau", from: "SELECT w FROM raw.meter WHERE source = 'reseau'"),
        Source(name: "onduleur", from: "SELECT w FROM raw.production WHERE source = 'onduleur'"),
        Source(name: "compteur", from: "SELECT w FROM raw.meter WHERE source = 'compteur'"),
    ]

    private func config(_ url: String, _ network: ModbusPeer) throws -> String {
        let registers = "table = \"input\"\nregisters = { w = { address = 0, type = \"int16\", unit = \"W\" } }"
        return try box.configure(
            url,
            sources: """
                [source.linky]
                type = "teleinfo"
                device = "\(box.folder)/linky"
                every = "\(Self.period)s"
                [source.reseau]
                type = "modbus"
                \(network.place)
                every = "\(Self.period)s"
                \(registers)
                [source.onduleur]
                type = "aurora"
                device = "\(box.folder)/bus"
                pause = "5ms"
                every = "\(Self.period)s"
                [source.compteur]
                type = "modbus"
                device = "\(box.folder)/bus"
                unit = 3
                every = "\(Self.period)s"
                \(registers)
                """
        )
    }

    private func times(_ url: String, _ source: Source) async throws -> [Int] {
        try await box.rows(url, source.from).compactMap { row in
            if case .integer(let time)? = row["time"] { Int(time) } else { nil }
        }
    }

    @Test(
        "a frozen device takes no reading from any other source, nor a tenth of its pace",
        arguments: ["reseau", "onduleur", "compteur"]
    )
    func frozen(_ sick: String) async throws {
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        _ = house.line()
        let network = try ModbusPeer(.tcp, ["units": ["1": ["4": ["0": [970]]]]])
        func script(_ name: String) -> String { "\(PythonPeer.python) \(PythonPeer.script(name))" }
        let wire = try Peer([
            PythonPeer.python, PythonPeer.script("wire.py"), box.folder + "/bus",
            "19200:" + script("aurora.py"), "9600:" + script("modbus_rtu.py") + " 3 0=100",
        ])
        let devices = wire.line().split(separator: " ").compactMap { Int32($0) }
        try #require(devices.count == 2)
        let processes: [String: Int32] = [
            "reseau": network.identifier, "onduleur": devices[0], "compteur": devices[1],
        ]
        let process = try #require(processes[sick])
        let server = try box.influxd()
        let url = server.line()
        let config = try config(url, network)
        #expect(try box.run("provision", "--config", config).code == 0)
        let daemon = try box.start("run", "--config", config)
        let hasBegun = try await eventually {
            for source in Self.sources where try await times(url, source).count < 2 { return false }
            return true
        }
        let status = try box.status(config)
        try #require(hasBegun, "\(status)")

        #expect(kill(process, SIGSTOP) == 0)
        let linky = Self.sources[0]
        let start = try await times(url, linky).last ?? 0
        // The program's own clock decides what a reading's time is, and a reading how long this lasts.
        let isWatched = try await eventually {
            try await times(url, linky).last ?? 0 >= start + Self.readings * Self.period
        }
        #expect(isWatched)
        let end = try await times(url, linky).last ?? 0
        for source in Self.sources {
            // The last slots may still be on their way.
            let slots = try await times(url, source).filter { $0 >= start && $0 < end - Self.period }
            if source.name == sick {
                #expect(slots.count <= 2, "frozen \(sick): it said something at \(slots)")
                continue
            }
            let numbers = slots.map { $0 / Self.period }
            #expect(numbers == Array((numbers.first ?? 0)...(numbers.last ?? 0)), "\(source.name) lacks one: \(slots)")
            #expect(numbers.count >= Self.readings - 3, "\(source.name): \(slots)")
            let mean = Double((slots.last ?? 0) - (slots.first ?? 0)) / Double(max(slots.count - 1, 1))
            let wanted = Double(Self.period)
            #expect(abs(mean - wanted) <= wanted / 10, "\(source.name) every \(mean) s in place of \(wanted)")
        }

        let before = try await times(url, Self.sources.first { $0.name == sick } ?? linky).count
        #expect(kill(process, SIGCONT) == 0)
        let isBack = try await eventually {
            try await times(url, Self.sources.first { $0.name == sick } ?? linky).count >= before + 2
        }
        #expect(isBack, "\(sick) does not come back")
        #expect(daemon.terminate().code == 0)
        withExtendedLifetime((server, wire, house)) {}
    }
}
