import Foundation
import Glibc
import Testing

/// Commands of root in the folder of the service's user, who has put links to root's files there.
@Suite(.mayBlock, .enabled(if: geteuid() == 0, "needs root, and another user's folder"))
struct RightsTests {
    /// The service's user: nobody.
    private static let user: uid_t = 65_534

    private let box: Installation
    private let state: String
    /// A folder that only root may enter, with a file that is nobody's business.
    private let secrets: String

    init() throws {
        box = try Installation()
        (state, secrets) = (box.folder + "/state", box.folder + "/root")
        for folder in [state, secrets] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        chmod(box.folder, 0o755)
        chmod(secrets, 0o700)
        try FileManager.default.createDirectory(atPath: state + "/spool", withIntermediateDirectories: true)
        try write(Self.words, to: secrets + "/file")
        chmod(secrets + "/file", 0o600)
        try give(state, state + "/spool")
    }

    private static let words = "a harmless file of root\n"

    private func give(_ paths: String...) throws {
        for path in paths { try #require(lchown(path, Self.user, Self.user) == 0) }
    }

    /// Writes a configuration; a pulse meter without a chip is not read, and `run --once` would wait for it.
    private func configure(_ name: String, pulses: String = "") throws -> String {
        let path = box.folder + "/" + name
        try write(
            """
            state = "\(state)"
            clock_has_battery = true
            [influx]
            url = "http://127.0.0.1:1"
            spool = { directory = "\(state)/spool", limit = "20MB" }
            \(pulses)
            [source.sauna]
            type = "exec"
            command = ["/bin/echo", "sauna v=1"]
            every = "1s"
            measurements = ["raw.sauna"]
            """,
            to: path
        )
        return path
    }

    /// Everything that root does by hand in the folder.
    private func runAll() throws -> [String] {
        let meter = "[source.meter]\ntype = \"pulse\"\nline = 24\nrole = \"production\"\npulses_per_kwh = 1000"
        let config = try configure("all.toml", pulses: meter)
        let sauna = try configure("sauna.toml")
        return try [
            box.run("pulse", "set", "meter", "12.5", "--config", config),
            box.run("read", "sauna", "--seconds", "0.5", "--config", config),
            box.run("write", "--policy", "raw", "--config", config, input: "piscine temp_c=27.5 1752487200\n"),
            box.run("spool", "list", "--config", config),
            box.run("spool", "export", "--config", config),
            box.run("spool", "flush", "--config", config),
            box.run("run", "--once", "--config", sauna),
            box.run("spool", "drop", "--force", "--config", config),
        ].map(\.output)
    }

    private struct Facts: Equatable {
        var text: String
        var owner: uid_t
        var mode: mode_t
        var names: Set<String>
    }

    private func facts() throws -> Facts {
        var status = stat()
        try #require(lstat(secrets + "/file", &status) == 0)
        return Facts(
            text: try String(contentsOfFile: secrets + "/file", encoding: .utf8),
            owner: status.st_uid,
            mode: status.st_mode,
            names: Set(try FileManager.default.contentsOfDirectory(atPath: secrets))
        )
    }

    /// Names in the folder, each with what its link leads to.
    static let planted = [
        ("registers", "file"), ("counters", "file"), ("spool", ""), ("spool/lock", "file"),
        ("spool/0000000000.spool", "file"), ("spool/0000000000.spool.bad", "file"), ("spool/lock", "new"),
        ("registers", "new"), ("files", ""), ("undated", ""), ("control.sock", "file"), ("status.sock", "new"),
    ]

    @Test("a link of the service's user leads root's commands nowhere", arguments: planted)
    func links(name: String, target: String) throws {
        let before = try facts()
        if name == "spool" { try FileManager.default.removeItem(atPath: state + "/spool") }
        try #require(symlink(secrets + "/" + target, state + "/" + name) == 0)
        try give(state + "/" + name)
        let outputs = try runAll()
        #expect(try facts() == before, "\(outputs)")
        #expect(!outputs.joined().contains(Self.words))
    }

    @Test("what root's commands make belongs to the folder's owner, and they do their work")
    func made() throws {
        let outputs = try runAll()
        #expect(outputs[0] == "meter: 12.5 kWh, was 0.0 kWh\n")
        #expect(outputs[1].contains("sauna: sauna\n  v 1.0\n"))
        #expect(outputs[4].contains("piscine temp_c=27.5 1752487200"), "\(outputs)")
        let names = try FileManager.default.subpathsOfDirectory(atPath: state)
        #expect(Set(names).isSuperset(of: ["registers", "counters", "spool/lock"]), "\(names)")
        for name in names {
            var status = stat()
            #expect(lstat(state + "/" + name, &status) == 0)
            #expect(status.st_uid == Self.user && status.st_gid == Self.user, "\(name)")
        }
    }

    @Test("a file that root has put there stays root's")
    func existing() throws {
        for name in ["registers", "spool/lock", "counters"] {
            try write(Self.words, to: state + "/" + name)
            chmod(state + "/" + name, 0o600)
        }
        let outputs = try runAll()
        #expect(outputs[0].contains("Permission denied") && outputs[0].contains("nothing was changed"))
        for name in ["registers", "spool/lock", "counters"] {
            var status = stat()
            #expect(lstat(state + "/" + name, &status) == 0 && status.st_uid == 0, "\(name)")
            #expect(try String(contentsOfFile: state + "/" + name, encoding: .utf8) == Self.words)
        }
    }

    @Test("a link of root's own, such as one to a larger disk, is followed to its owner")
    func links() throws {
        let disk = box.folder + "/disk"
        try FileManager.default.moveItem(atPath: state, toPath: disk)
        try #require(symlink(disk, state) == 0)
        let outputs = try runAll()
        #expect(outputs[0] == "meter: 12.5 kWh, was 0.0 kWh\n")
        var status = stat()
        #expect(lstat(disk + "/registers", &status) == 0 && status.st_uid == Self.user)
    }
}
