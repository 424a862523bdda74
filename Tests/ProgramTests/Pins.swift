import Foundation
import MeterIO
import Testing

/// A GPIO chip that the real libgpiod talks to, and whose lines the test moves: see Tests/peers/gpio.
final class Pins {
    private let folder: String
    private let peer: Peer

    init(_ box: Installation) throws {
        folder = box.folder
        peer = try Peer([Installation.root + "/Tests/peers/gpio", box.folder])
        #expect(peer.line() == "ready")
    }

    /// Gives an order and waits for its answer.
    @discardableResult func tell(_ order: String) -> String { peer.answer(to: order) }

    /// Whether the kernel is of before 5.10: both where libgpiod can do with the older one.
    static let kernels = PulseLine.libraryVersion.hasPrefix("1.") ? [false, true] : [false]

    /// A command that sees the chip.
    private func command(_ box: Installation, isOld: Bool = false, _ arguments: [String]) -> [String] {
        ["/usr/bin/env", "LD_PRELOAD=\(folder)/gpio.so", "GPIO_SOCKET=\(folder)/gpio.socket"]
            + (isOld ? ["GPIO_OLD_KERNEL=1"] : []) + [box.program] + arguments
    }

    func run(_ box: Installation, _ arguments: String...) throws -> (code: Int32, output: String) {
        try Peer.run(command(box, arguments))
    }

    /// Starts the daemon and waits until it has a line.
    func start(_ box: Installation, _ config: String, line: Int = 24, isOld: Bool = false) throws -> Peer {
        let daemon = try Peer(command(box, isOld: isOld, ["run", "--config", config]))
        _ = tell("wait \(line)")
        return daemon
    }
}

extension Installation {
    /// Writes a configuration with a pulse meter on line 24.
    ///
    /// - Parameters:
    ///   - url: the server's address.
    ///   - settings: those of the meter besides its line.
    ///   - line: its line.
    ///   - more: other tables.
    /// - Returns: the file's path.
    /// - Throws: when the file cannot be written.
    func configurePulses(
        _ url: String = "http://127.0.0.1:1",
        _ settings: String = "role = \"production\"\npulses_per_kwh = 1000",
        line: String = "line = 24",
        more: String = ""
    ) throws -> String {
        let text = """
            state = "\(folder)/state"
            clock_has_battery = true
            [influx]
            url = "\(url)"
            flush = "1s"
            [source.meter]
            type = "pulse"
            \(line)
            \(settings)
            \(more)
            """
        try FileManager.default.createDirectory(atPath: folder + "/state", withIntermediateDirectories: true)
        let path = folder + "/boxenergie.toml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// What `status` says of the pulse meter, for as long as it takes until it is what the test waits for.
    func pulses(_ config: String, where isIt: ([String: Int]) -> Bool) async throws -> [String: Int] {
        var found: [String: Int] = [:]
        _ = try await eventually {
            // A program that was just started does not answer yet.
            let status = try run("status", "--format", "json", "--config", config).output
            let report = try? JSONSerialization.jsonObject(with: Data(status.utf8)) as? [String: Any]
            let sources = report?["sources"] as? [String: [String: Any]]
            found = sources?["meter"]?["quality"] as? [String: Int] ?? [:]
            return isIt(found)
        }
        return found
    }

    /// The line of the meter in the file that survives.
    func savedPulses() -> Int? {
        guard let bytes = FileManager.default.contents(atPath: folder + "/state/registers") else { return nil }
        let places = [0, 32 << 10].filter { $0 < bytes.count }.map { bytes[$0..<min($0 + (32 << 10), bytes.count)] }
        return places.compactMap { place -> Int? in
            let text = String(decoding: place.prefix { $0 != 0 }, as: UTF8.self)
            return text.firstMatch(of: /meter count=(\d+)/).flatMap { Int($0.1) }
        }.max()
    }
}
