import Foundation
import Glibc
import MeterCore
import MeterIO
import MeterSources
import Testing

/// Files on OpenSSH's own server, on a free port, as the user that runs the tests, who is known by a key.
@Suite(
    .mayBlock,
    .timeLimit(.minutes(10)),
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd"))
)
struct SFTPTests {
    private let box: Installation
    private let folder: String

    init() throws {
        box = try Installation()
        folder = box.folder + "/my log"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// OpenSSH's server, its port, and its key's fingerprint as `ssh-keygen -l` shows it.
    private func server() throws -> (peer: Peer, port: String, fingerprint: String) {
        let peer = try Peer([Installation.root + "/Tests/peers/sftp", box.folder])
        let words = peer.line().split(separator: " ").map(String.init)
        try #require(words.count == 2)
        return (peer, words[0], words[1])
    }

    private func place(_ port: String, hostKey: String?, key: String = "user") throws -> String {
        """
        url = "sftp://127.0.0.1:\(port)\(folder.replacing(" ", with: "%20"))/"
        username = "\(String(cString: try #require(getpwuid(geteuid())).pointee.pw_name))"
        key_file = "\(box.folder)/\(key)"
        \(hostKey.map { "host_key = \"\($0)\"" } ?? "")
        """
    }

    private func at(_ minute: Int) -> String { "2026-03-01 12:\(minute < 10 ? "0" : "")\(minute)" }

    @Test(
        "lines are fetched as they come, and files that were read are moved or removed",
        arguments: ["move", "remove"]
    )
    func fetch(_ after: String) async throws {
        let (peer, port, fingerprint) = try server()
        defer { withExtendedLifetime(peer) {} }
        let path = folder + "/a \"b\".csv"
        try FileManager.default.createDirectory(atPath: folder + "/done", withIntermediateDirectories: true)
        try write("t;v\n\(at(0));1\n\(at(1));2", to: path)
        let run = FileRun(
            try place(port, hostKey: fingerprint),
            "after = \"\(after)\"\nquiet = \"3s\"",
            memory: memory(box.folder)
        )
        try await wait { !run.values.isEmpty }
        #expect(run.values == [1])
        try write("5\n\(at(2));3\n", to: path, appending: true)
        #expect(try await run.values(3) == [1, 25, 3])
        try await wait { !FileManager.default.fileExists(atPath: path) }
        #expect(FileManager.default.fileExists(atPath: folder + "/done/a \"b\".csv") == (after == "move"))
        #expect(run.values == [1, 25, 3] && run.source.status.errors == 0)
        await run.stop()
    }

    @Test("a server with another key than the known one gets nothing, and it is said what to do")
    func changedHostKey() async throws {
        try write("t;v\n\(at(0));1\n", to: folder + "/a.csv")
        let (peer, port, fingerprint) = try server()
        defer { withExtendedLifetime(peer) {} }
        let known = "SHA256:" + String(fingerprint.dropFirst(7).reversed())
        let run = FileRun(try place(port, hostKey: known))
        try await wait { run.source.status.lastError != nil }
        let sentence = try #require(run.source.status.lastError)
        #expect(
            sentence.hasPrefix("127.0.0.1:\(port) shows another key than host_key: nothing was sent to it"),
            "\(sentence)"
        )
        #expect(sentence.contains("ssh-keygen -lf"))
        #expect(run.values.isEmpty)
        await run.stop()
        let again = FileRun(try place(port, hostKey: fingerprint))
        #expect(try await again.values(1) == [1])
        await again.stop()
    }

    @Test("a key that the server does not know, and one that is not there, are said in words")
    func wrongKey() async throws {
        let (peer, port, fingerprint) = try server()
        defer { withExtendedLifetime(peer) {} }
        let made = try Peer.run([
            "/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", box.folder + "/stranger",
        ])
        #expect(made.code == 0, "\(made.output)")
        for (key, words) in [
            ("stranger", "refuses the user name or the key; is its public half"),
            ("none", "/none cannot be read: No such file"),
        ] {
            let run = FileRun(try place(port, hostKey: fingerprint, key: key))
            try await wait { run.source.status.lastError != nil }
            #expect(run.source.status.lastError?.contains(words) == true, "\(run.source.status.lastError ?? "")")
            await run.stop()
        }
    }

    @Test("without a key of the server a configuration is refused, and insecure takes any")
    func unknownHostKey() async throws {
        let (peer, port, _) = try server()
        defer { withExtendedLifetime(peer) {} }
        let lines = try place(port, hostKey: nil)
        let document = ConfigDocument(
            text: lines + "\ntime_columns = [\"t\"]\n[fields]\nx = { path = \"v\" }",
            file: "a"
        )
        _ = CSVSource(settings: document.root)
        #expect(
            document.diagnostics.all.contains {
                "\($0)".contains("host_key: missing; without it anybody could pretend")
            },
            "\(document.diagnostics.all)"
        )
        try write("t;v\n\(at(0));1\n", to: folder + "/a.csv")
        let run = FileRun(lines, "insecure = true")
        #expect(try await run.values(1) == [1])
        await run.stop()
    }
}
