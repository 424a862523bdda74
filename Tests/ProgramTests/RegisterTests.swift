import Foundation
import InfluxOutput
import MeterCore
import Testing

@testable import boxenergie

/// The register that can be checked, kept by the running program and checked by it, by SQL and by somebody else's words.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct RegisterTests {
    private let box: Installation
    private let clock: ShiftedClock

    init() throws {
        box = try Installation()
        clock = try ShiftedClock(box)
    }

    /// The records of the box's own register.
    private func records(_ config: String) throws -> [RegisterRecord] {
        let shown = try box.run("register", "show", "--last", "100", "--config", config)
        return shown.output.split(separator: "\n").compactMap { RegisterRecord([UInt8]($0.utf8)) }
    }

    /// Runs the program until so many records are there.
    private func run(_ config: String, until count: Int, quarters: Int64) async throws -> Int64 {
        let (daemon, end) = try clock.start([box.program, "run", "--config", config], lead: 40, quarters: quarters)
        #expect(try await eventually { try records(config).count >= count })
        #expect(daemon.terminate().code == 0)
        return end
    }

    @Test("a running box signs its quarter, the database has it, and a restore and a copied card are declared")
    func life() async throws {
        let server = try box.influxd()
        let url = server.line()
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        defer { house.kill() }
        _ = house.line()
        let config = try box.configure(url, "[register]")
        #expect(try box.run("provision", "--config", config).code == 0)
        var end = try await run(config, until: 2, quarters: 3)
        var found = try records(config)
        #expect(found.map(\.kind) == [.begin, .quarter] && found.last?.time == end)
        let content = try #require(found.last?.content)
        #expect(content.wholeMatch(of: #/linky:export=\d+@\d linky:import=\d+@\d/#) != nil, "\(content)")
        let identity = try box.run("identity", "--config", config).output.trimmingCharacters(
            in: .whitespacesAndNewlines
        )
        #expect(found.first?.content.contains("box=\(identity) ") == true)

        let key = try box.run("register", "key", "--config", config).output
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let own = try box.run("register", "verify", "--key", key, "--every-signature", "--config", config)
        #expect(own.code == 0 && own.output.contains("box \(identity)"), "\(own.output)")
        let stored = try box.run("register", "verify", "--output", "influx", "--key", key, "--config", config)
        #expect(stored.code == 0 && stored.output.contains("2 records"), "\(stored.output)")

        // A backup brings the state back, after which the box goes on; what it wrote meanwhile is in the database.
        let saved = box.folder + "-saved"
        defer { try? FileManager.default.removeItem(atPath: saved) }
        try FileManager.default.copyItem(atPath: box.folder + "/register", toPath: saved)
        end = try await run(config, until: 3, quarters: 2)
        try FileManager.default.removeItem(atPath: box.folder + "/register")
        try FileManager.default.moveItem(atPath: saved, toPath: box.folder + "/register")
        try "".write(toFile: box.folder + "/restored", atomically: true, encoding: .utf8)
        end = try await run(config, until: 4, quarters: 1)
        found = try records(config)
        #expect(found.map(\.kind) == [.begin, .quarter, .break, .quarter] && found.last?.time == end)
        #expect(found[2].content.hasSuffix("reason=restored"))
        #expect(!FileManager.default.fileExists(atPath: box.folder + "/restored"))
        let all = try box.run("register", "verify", "--output", "influx", "--key", key, "--config", config)
        #expect(all.code == 0 && all.output.contains("5 records"), "\(all.output)")
        #expect(all.output.contains("the state came back from a backup"))
        // The chain is that of the box, whatever its site is called from now on.
        let moved = try box.configure(url, "[register]\n[tags]\nsite = \"grange\"")
        let renamed = try box.run("register", "verify", "--output", "influx", "--key", key, "--config", moved)
        #expect(renamed.code == 0 && renamed.output.contains("5 records"), "\(renamed.output)")
        let events = try await box.rows(url, "SELECT title FROM \"day\".\"event\" WHERE kind = 'box'")
        #expect(events.contains { $0["title"] == .string("Rupture déclarée dans le registre") })
    }

    @Test("a quarter that ended just before the program did is in the register all the same")
    func ending() async throws {
        let server = try box.influxd()
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        defer { house.kill() }
        _ = house.line()
        let config = try box.configure(server.line(), "[register]")
        #expect(try box.run("provision", "--config", config).code == 0)
        let (daemon, end) = try clock.start([box.program, "run", "--config", config], lead: 40, quarters: 1)
        let isOver = Date() + 44
        #expect(try await eventually { Date() > isOver })
        #expect(daemon.terminate().code == 0)
        let found = try records(config)
        #expect(found.map(\.kind) == [.begin, .quarter] && found.last?.time == end)
        #expect(try box.run("register", "verify", "--config", config).code == 0)
    }

    @Test("a copied card is told by status, doctor and an event, until somebody decides")
    func copied() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        let word = try box.run("identity", "--config", config).output.trimmingCharacters(in: .whitespacesAndNewlines)
        let file = box.folder + "/identity"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.hasPrefix("box=\(word)\nmachine="))
        try "box=\(word)\nmachine=0123456789abcdef\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try box.run("identity", "--config", config).code == 1)
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try box.report(config)?.box?.isCopied == true })
        #expect(try box.status(config).contains("Box: \(word)"))
        let doctor = try box.run("doctor", "--config", config).output
        #expect(doctor.contains("boxenergie identity renew"), "\(doctor)")
        #expect(
            try await eventually {
                try await box.rows(url, "SELECT title FROM \"day\".\"event\"").contains {
                    $0["title"] == .string("Carte venue d'une autre machine")
                }
            }
        )
        #expect(daemon.terminate().code == 0)
        #expect(try box.run("identity", "keep", "--config", config).code == 0)
        #expect(try box.run("identity", "--config", config).output == "\(word)\n")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
        #expect(try box.run("identity", "renew", "--config", config).code == 0)
        let other = try box.run("identity", "--config", config)
        #expect(other.code == 0 && other.output != "\(word)\n" && other.output.count == 12)

        // A file that a power cut left empty makes no new box.
        try "".write(toFile: file, atomically: true, encoding: .utf8)
        let lent = try box.start("run", "--config", config)
        #expect(try await eventually { try box.report(config)?.box?.problem?.contains("damaged") == true })
        #expect(try box.run("doctor", "--config", config).output.contains("boxenergie identity renew"))
        #expect(
            try await eventually {
                try await box.rows(url, "SELECT title FROM \"day\".\"event\"").contains {
                    $0["title"] == .string("Identité de la box illisible")
                }
            }
        )
        #expect(lent.terminate().code == 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8).isEmpty)
    }

    @Test("a box that was renamed tells it once, at its start or when it is told, and doctor says since when")
    func renamed() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        func events() async throws -> [String] {
            try await box.rows(url, "SELECT text FROM \"day\".\"event\" WHERE title = 'Box renommée'").compactMap {
                $0["text"]?.description
            }
        }
        /// Starts it, and waits for its first health.
        func begin() async throws -> Peer {
            let daemon = try box.start("run", "--config", config)
            let start = Int64(Date().timeIntervalSince1970)
            let health = "SELECT uptime_s FROM \"raw\".\"box\" WHERE time > \(start)s"
            #expect(try await eventually { try await !box.rows(url, health).isEmpty })
            return daemon
        }
        #expect(try await begin().terminate().code == 0)
        #expect(try await events().isEmpty)
        _ = try box.configure(url, "[tags]\nsite = \"grange\"")
        let daemon = try await begin()
        #expect(try await eventually { try await events().count == 1 })
        let doctor = try box.run("doctor", "--config", config).output
        #expect(doctor.contains("was called maison until") && doctor.contains("grange now"), "\(doctor)")
        _ = try box.configure(url, "[tags]\nsite = \"étable\"")
        #expect(kill(daemon.identifier, SIGHUP) == 0)
        #expect(try await eventually { try await events().count == 2 })
        #expect(try await events().contains { $0.contains("« grange »") && $0.contains("« étable »") })
        #expect(daemon.terminate().code == 0)
        #expect(try await begin().terminate().code == 0)
        #expect(try await events().count == 2)
    }

    @Test("after breaks the key of today vouches for all, as what register key tells; without it a lost key is a fault")
    func broken() throws {
        let broken = try BrokenRegister()
        func verify(_ lines: [String], _ key: String? = nil) throws -> (code: Int32, output: String) {
            let arguments = key.map { ["--key", $0] } ?? []
            return try Peer.run([box.program, "register", "verify", "-"] + arguments, input: lines.joined())
        }
        for lines in [broken.after, broken.all] {
            #expect(try verify(lines, broken.keys[2]).code == 0)
            let found = try verify(lines)
            #expect(found.code == 1 && found.output.contains("record 13 brings a key that nobody vouches for"))
            #expect(found.output.contains(", 1 fault"), "\(found.output)")
        }
        // Up to the lost key the first one and that of the other machine are enough.
        let until = [String](broken.all.dropLast(3))
        for key in [nil, broken.keys[0], broken.keys[1]] { #expect(try verify(until, key).code == 0) }
        #expect(try verify(until, broken.keys[2]).code == 1)
        // That of the other machine says nothing of the next one, nor as long as only a break names it.
        for left in [2, 5] { #expect(try verify([String](broken.all.dropLast(left)), broken.keys[1]).code == 1) }
    }

    @Test(
        "a database gives a chain behind the one that it goes on from, whatever the clock showed and the box was called"
    )
    func stored() throws {
        let server = try box.influxd()
        let config = try box.configure(server.line(), sources: "")
        #expect(try box.run("provision", "--config", config).code == 0)
        let (old, new, start) = ("k7f39-x2m4t", "zzzzz-zzzzz", Int64(1_795_982_400))
        let folder = box.folder + "/stored"
        func store(_ records: [RegisterRecord], of box: String) throws {
            let points = StoredRegister.points(records, of: box)
            // The tag box is the one of the line.
            let done = try self.box.run(
                "write",
                "--policy",
                "day",
                "--output",
                "influx",
                "--config",
                config,
                input: points
            )
            #expect(done.code == 0, "\(done.output)")
        }
        func verify(_ box: String, _ more: String...) throws -> (code: Int32, output: String) {
            let words = ["register", "verify", "--output", "influx", "--box", box, "--config", config]
            return try Peer.run([self.box.program] + words + more)
        }
        // The clock is 25 hours ahead for six quarters.
        try StoredRegister.add((1...6).map { start + 90_000 + $0 * 900 }, to: folder, of: old)
        try StoredRegister.add((1...500).map { start + $0 * 900 }, to: folder, of: old)
        let before = try StoredRegister.records(in: folder)
        #expect(before.count { $0.kind == .break } == 1)
        try store(before, of: old)
        let found = try verify(old)
        #expect(
            found.code == 0 && found.output.contains("\(before.count) records, as they were signed"),
            "\(found.output)"
        )
        // Another identity: at its start the box shows its newest records once more.
        try StoredRegister.add((501...503).map { start + $0 * 900 }, to: folder, of: new)
        let after = try StoredRegister.records(in: folder)
        try store([RegisterRecord](after.suffix(8)), of: new)
        let renewed = try verify(new)
        #expect(renewed.code == 0 && renewed.output.contains("\(after.count) records"), "\(renewed.output)")
        #expect(renewed.output.contains("another identity"))
        let former = try verify(old)
        #expect(former.code == 0 && former.output.contains("\(before.count) records"), "\(former.output)")
        // Somebody's own chain in the name of the box.
        let forged = try WrittenYear(quarters: 3)
        try store(forged.text.split(separator: "\n").compactMap { RegisterRecord([UInt8]($0.utf8)) }, of: old)
        let stranger = try verify(old)
        #expect(stranger.code == 1 && stranger.output.contains("no break is declared"), "\(stranger.output)")
    }

    @Test("what a question does not fit together with is refused, and nothing else is checked in its place")
    func refused() throws {
        let file = box.folder + "/2026.log"
        try WrittenYear(quarters: 2).text.write(toFile: file, atomically: true, encoding: .utf8)
        let refused: [([String], String)] = [
            (["verify", "--box", "zzzzz-zzzzz"], "--output"),
            (["verify", "--output", "influx", file], "either --output"),
            (["key", file], "reads no file"), (["show", "--output", "influx"], "belong to register verify"),
            (["key", "--every-signature"], "belong to register verify"),
        ]
        for (words, reason) in refused {
            let done = try Peer.run([box.program, "register"] + words)
            #expect(done.code == 64 && done.output.contains(reason), "\(words): \(done.output)")
        }
    }

    @Test("a register that somebody touched ends verify with 1 and says where")
    func touched() throws {
        let file = box.folder + "/2026.log"
        let written = try WrittenYear(quarters: 5)
        try written.text.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try box.run("register", "verify", file).code == 0)
        #expect(try box.run("register", "verify", "--key", written.key, file).code == 0)
        let other = String(written.key.reversed())
        #expect(
            try box.run("register", "verify", "--key", other, file).output.contains("a key that nobody vouches for")
        )
        let spoilt = written.text.replacing("=300@", with: "=301@")
        try spoilt.write(toFile: file, atomically: true, encoding: .utf8)
        let found = try box.run("register", "verify", file)
        #expect(found.code == 1 && found.output.contains("line 4: record 4 was changed"), "\(found.output)")
        let piped = try box.run("register", "verify", "-", input: String(written.text.dropLast(9)))
        #expect(piped.code == 1 && piped.output.contains("line 6: it ends in the middle of record 6"))
        #expect(try box.run("register", "verify", "-", "--holds", written.digest, input: written.text).code == 0)
        let cut = try box.run("register", "verify", "-", "--holds", written.digest, input: written.without(last: 2))
        #expect(cut.code == 1 && cut.output.contains("the record of that digest is not there"), "\(cut.output)")
        #expect(try box.run("register", "verify", box.folder + "/none.log").code == 66)
        #expect(try box.run("register", "verify", "--key", "abc", file).code == 64)
    }
}
