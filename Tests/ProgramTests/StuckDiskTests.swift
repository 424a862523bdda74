import Foundation
import Glibc
import InfluxOutput
import MeterCore
import Testing

@testable import boxenergie

/// The running program on a disk that does not answer: see Tests/peers/stuck.c.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct StuckDiskTests {
    private let box: Installation
    private var flag: String { box.folder + "/stuck" }
    private var slow: String { box.folder + "/slow" }

    init() throws {
        box = try Installation()
        let source = Installation.root + "/Tests/peers/stuck.c"
        let made = try Peer.run([
            "/usr/bin/env", "cc", "-shared", "-fPIC", "-O1", "-o", box.folder + "/stuck.so", source,
        ])
        try #require(made.code == 0, "\(made.output)")
        try FileManager.default.createDirectory(atPath: slow, withIntermediateDirectories: true)
    }

    /// Starts the program, with a folder or a line that is stuck now and then.
    private func start(_ config: String, stuck place: String) throws -> Peer {
        try Peer([
            "/usr/bin/env", "LD_PRELOAD=\(box.folder)/stuck.so", "STUCK_FOLDER=\(place)", "STUCK_WHILE=\(flag)",
            box.program, "run", "--config", config,
        ])
    }

    private var linky: String {
        """
        [source.linky]
        type = "teleinfo"
        device = "\(box.folder)/linky"
        every = "1s"
        """
    }

    private func stick(_ isStuck: Bool) throws {
        if isStuck {
            try Data().write(to: URL(fileURLWithPath: flag))
        } else {
            try FileManager.default.removeItem(atPath: flag)
        }
    }

    private func stored(_ url: String) async throws -> [Int64] {
        try await box.rows(url, "SELECT va_in FROM raw.linky").compactMap { row in
            if case .integer(let time)? = row["time"] { time } else { nil }
        }
    }

    @Test("a disk that is stuck from the start: readings come to the server, status says what is, and SIGTERM ends it")
    func fromTheStart() async throws {
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        _ = house.line()
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url, sources: linky, state: slow)
        #expect(try box.run("provision", "--config", config).code == 0)
        var daemon = try start(config, stuck: slow)
        #expect(try await eventually { try await stored(url).count >= 3 })

        // While it runs: the disk of the spool and of the state.
        try stick(true)
        let before = try await stored(url).count
        #expect(try await eventually { try await stored(url).count >= before + 12 }, "the server is well")
        #expect(try await box.hasRead(3, config))

        // The server is away, too: now somebody needs the disk.
        server.sendLine("kill")
        #expect(server.line() == "killed")
        let isSaid = try await eventually {
            try box.report(config)?.outputs["influx"]?.lastError?.contains("has not answered for") == true
        }
        let status = try box.status(config)
        #expect(isSaid, "\(status)")
        #expect(try await box.hasRead(3, config), "the meter is read on")
        server.sendLine("start")
        #expect(server.line() == url)
        let reads = try box.reads(config)
        #expect(try await eventually { try await stored(url).count >= reads - 2 }, "what waited in memory is sent")

        // It ends, whatever is stuck: nothing is lost, since the server has all.
        #expect(daemon.terminate().seconds < Peer.patience)
        let all = try await stored(url)
        #expect(Set(all).count == all.count && zip(all, all.dropFirst()).allSatisfy { $1 - $0 <= 2 }, "\(all)")

        try stick(false)
        daemon = try start(config, stuck: slow)
        #expect(try await eventually { try await stored(url).count >= all.count + 3 })
        #expect(daemon.terminate().code == 0)
        #expect(house.terminate().code == 0)
    }

    /// A source that is well beside what is sick, and needs no server.
    private func configure(_ sick: String) throws -> String {
        try box.configure(
            "http://127.0.0.1:1",
            sources: """
                [source.well]
                type = "exec"
                command = ["/bin/echo", "well n=1"]
                measurements = ["raw.well"]
                every = "1s"
                \(sick)
                """
        )
    }

    /// Sticks the disk that the source `sick` needs: it says so and is read again later, `well` is read all the time, and
    /// the end waits for nobody.
    private func onlyTheSickOneWaits(_ config: String, says words: String) async throws {
        let daemon = try start(config, stuck: slow)
        #expect(try await box.hasRead(2, more: "sick", config))
        try stick(true)
        #expect(try await eventually { try box.status(config).contains(words) })
        let sick = try box.reads(config, "sick")
        #expect(try await box.hasRead(5, more: "well", config))
        #expect(try box.reads(config, "sick") == sick)
        try stick(false)
        #expect(try await box.hasRead(2, more: "sick", config))
        try stick(true)
        #expect(daemon.terminate().seconds < Peer.patience)
    }

    @Test("a program whose disk is stuck is said and started later, and nobody else waits for it")
    func program() async throws {
        let script = slow + "/program"
        try "#!/bin/sh\necho 'sick n=1'\n".write(toFile: script, atomically: true, encoding: .utf8)
        chmod(script, 0o755)
        let config = try configure(
            """
            [source.sick]
            type = "exec"
            command = ["\(script)"]
            measurements = ["raw.sick"]
            every = "1s"
            timeout = "2s"
            """
        )
        try await onlyTheSickOneWaits(config, says: "is not started: its disk does not answer")
    }

    @Test("a token whose disk is stuck is said and read later, and nobody else waits for it")
    func secret() async throws {
        let device = try HTTPPeer()
        try device.serve("/n", ["body": "{\"n\": 1}", "bearer": "a token"])
        let token = slow + "/token"
        try "a token\n".write(toFile: token, atomically: true, encoding: .utf8)
        chmod(token, 0o600)
        let config = try configure(
            """
            [source.sick]
            type = "http"
            url = "http://\(device.host)/n"
            token_file = "\(token)"
            measurement = "raw.sick"
            fields.n.path = "n"
            every = "1s"
            """
        )
        try await onlyTheSickOneWaits(config, says: "token cannot be read: its disk does not answer")
    }

    @Test("a device's token whose disk is stuck: posts are taken by the token of before, and nobody waits for it")
    func pushToken() async throws {
        let token = "0123456789abcdef0123456789abcdef"
        let file = slow + "/piscine.token"
        try token.write(toFile: file, atomically: true, encoding: .utf8)
        chmod(file, 0o600)
        let port = freePort()
        let config = try configure(
            """
            [source.piscine]
            type = "push"
            listen = "127.0.0.1:\(port)"
            token_file = "\(file)"
            measurement = "raw.piscine"
            fields.n.path = "n"
            """
        )
        func post() throws -> Int {
            try curl("http://127.0.0.1:\(port)/push/piscine?token=\(token)", body: "{\"n\": 1}").status
        }
        let daemon = try start(config, stuck: slow)
        #expect(try await eventually { try post() == 204 })
        try stick(true)
        // By then the token is old enough to be read again, and its disk was given up.
        #expect(try await box.hasRead(12, more: "well", config))
        #expect(try post() == 204)
        #expect(try await box.hasRead(2, more: "well", config))
        #expect(daemon.terminate().seconds < Peer.patience)
    }

    @Test("a configuration whose disk is stuck is read later, and nobody waits for it, nor does the end")
    func reload() async throws {
        let first = try configure("")
        let text = try String(contentsOfFile: first, encoding: .utf8)
        let config = slow + "/boxenergie.toml"
        try text.write(toFile: config, atomically: true, encoding: .utf8)
        let daemon = try start(config, stuck: slow)
        #expect(try await eventually { try box.report(config) != nil })
        try text.replacing("source.well", with: "source.good").write(toFile: config, atomically: true, encoding: .utf8)
        try stick(true)
        #expect(kill(daemon.identifier, SIGHUP) == 0)
        #expect(try await box.hasRead(5, more: "well", config))
        try stick(false)
        #expect(try await box.hasRead(2, more: "good", config))
        try stick(true)
        #expect(kill(daemon.identifier, SIGHUP) == 0)
        #expect(try await box.hasRead(2, more: "good", config))
        #expect(daemon.terminate().seconds < Peer.patience)
    }

    @Test("an adapter that does not answer when it is set up stops its own line only")
    func adapter() async throws {
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        _ = house.line()
        let server = try box.influxd()
        let url = server.line()
        let sick = try box.start("simulate", "--link", box.folder + "/rs485")
        // The name of the line itself, since the program asks for that.
        let line = sick.line()
        let config = try box.configure(
            url,
            sources: """
                \(linky)
                [source.onduleur]
                type = "aurora"
                device = "\(line)"
                every = "1s"
                """
        )
        #expect(try box.run("provision", "--config", config).code == 0)
        try stick(true)
        let daemon = try start(config, stuck: line)
        #expect(try await eventually { try await stored(url).count >= 10 })
        #expect(try box.report(config)?.sources["onduleur"]?.reads == 0)
        #expect(daemon.terminate().seconds < Peer.patience)
        #expect(sick.terminate().code == 0)
        #expect(house.terminate().code == 0)
    }
}
