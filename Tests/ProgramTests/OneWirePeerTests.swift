import Foundation
import MeterCore
import MeterSources
import Testing

/// Our source against a real owserver.
@Suite(
    .mayBlock,
    .serialized,
    .timeLimit(.minutes(10)),
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/owserver"), "apt install owserver ow-shell")
)
struct OneWirePeerTests {
    /// A server with two chips, of which one counts, that does what the tests ask.
    private final class Server {
        let peer: Peer
        let port: Int
        var address: String { "127.0.0.1:\(port)" }

        /// It does not end on SIGTERM.
        deinit { peer.kill() }

        init(_ kind: String) async throws {
            // Below those that the system gives to connections, of which there are many.
            port = Int.random(in: 20_000..<32_000)
            peer = try Peer([
                "/usr/bin/owserver", "--foreground", "--\(kind)=DS2423,DS18B20", "-p", "127.0.0.1:\(port)",
            ])
            let address = address
            try await wait { Self.output("owdir -s \(address)").contains("1D.") }
        }

        /// What a command prints.
        ///
        /// Not by Foundation's `Process`: servers that are started meanwhile would inherit what it waits on.
        private static func output(_ command: String) -> String {
            guard let pipe = popen("\(command) 2> /dev/null", "re") else { return "" }
            defer { pclose(pipe) }
            var text: [UInt8] = []
            var byte = fgetc(pipe)
            while byte != EOF {
                text.append(UInt8(truncatingIfNeeded: byte))
                byte = fgetc(pipe)
            }
            return String(decoding: text, as: UTF8.self)
        }

        /// What OWFS's own program reads.
        func read(_ path: String) -> String {
            Self.output("owread -s \(address) \(path)").trimmingCharacters(in: .whitespaces)
        }

        func chip(_ family: String) throws -> String {
            let names = Self.output("owdir -s \(address)").split(separator: "\n")
            return try #require(names.first { $0.contains("/\(family).") }.map { String($0.dropFirst()) })
        }
    }

    private func source(_ server: Server, _ settings: String) -> SourceRun {
        SourceRun(OneWireSource.self, name: "eau", "port = \(server.port)\n\(settings)")
    }

    @Test("counters A and B are what OWFS's own program reads of them", arguments: ["A", "B"])
    func counters(_ input: String) async throws {
        let server = try await Server("tester")
        let chip = try server.chip("1D")
        let source = source(
            server,
            "sensor = \"\(chip)\"\ncounter = \"\(input)\"\nrole = \"water\"\npulses_per_m3 = 1000\ninitial = 100"
        )
        let expected = try #require(Double(server.read("/uncached/\(chip)/counter.\(input)")))
        let reading = Task { await source.run() }
        try await wait { !source.all.isEmpty }
        reading.cancel()
        await reading.value
        #expect(source.values("count").first == expected)
        #expect(abs((source.values("value").first ?? 0) - 100 - expected / 1000) < 1e-9)
        #expect(source.status.errors == 0)
    }

    @Test("a thermometer is read")
    func thermometer() async throws {
        let server = try await Server("tester")
        let chip = try server.chip("28")
        let source = source(server, "sensor = \"\(chip)\"")
        let reading = Task { await source.run() }
        try await wait { !source.all.isEmpty }
        reading.cancel()
        await reading.value
        #expect(source.values("temp_c").first == Double(server.read("/uncached/\(chip)/temperature")))
        #expect(source.all.first?.series.measurement.name == "temperature")
    }

    @Test("a chip that is not there is told from those that are, and invented ones are refused")
    func refusals() async throws {
        for (kind, chip, sentence) in [
            ("tester", "1D.123456789ABC", "has no 1D.123456789ABC on its bus; it has: 1D."),
            ("fake", "1D.123456789ABC", "invents its devices: remove the line with FAKE"),
        ] {
            let server = try await Server(kind)
            let source = source(
                server,
                "sensor = \"\(chip)\"\ncounter = \"A\"\nrole = \"water\"\npulses_per_m3 = 1000"
            )
            let reading = Task { await source.run() }
            try await wait { source.status.lastError != nil }
            reading.cancel()
            await reading.value
            #expect(source.status.lastError?.contains(sentence) == true, "\(source.status.lastError ?? "")")
            #expect(source.all.isEmpty)
        }
    }

    @Test("a server that is restarted is read again")
    func restarted() async throws {
        let server = try await Server("tester")
        let chip = try server.chip("28")
        let source = source(server, "sensor = \"\(chip)\"\nevery = \"10s\"")
        let reading = Task { await source.run() }
        try await wait { !source.all.isEmpty }
        server.peer.kill()
        try await wait { source.status.lastError != nil }
        let address = "127.0.0.1:\(server.port)"
        let next = try Peer(["/usr/bin/owserver", "--foreground", "--tester=DS2423,DS18B20", "-p", address])
        let count = source.all.count
        try await wait { source.all.count > count }
        reading.cancel()
        await reading.value
        next.kill()
    }
}
