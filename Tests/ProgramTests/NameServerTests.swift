import Foundation
import Glibc
import MeterCore
import MeterIO
import Testing

@testable import boxenergie

/// The running program in a house whose name server is away, as when the box of the provider restarts.
@Suite(
    .mayBlock,
    .serialized,
    .timeLimit(.minutes(10)),
    .enabled(if: (try? Peer.run(["/usr/bin/unshare", "-m", "true"]).code) == 0, "needs root, to mount")
)
struct NameServerTests {
    private let box: Installation

    init() throws { box = try Installation() }

    /// Takes questions at the port of name servers and never answers; then starts a program that asks there.
    private static let script = """
        import os, random, socket, subprocess, sys
        folder = sys.argv[1]
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        address = f"127.{random.randint(1, 255)}.{random.randint(1, 255)}.53"
        server.bind((address, 53))
        server.set_inheritable(True)
        for name, text in {
            "resolv.conf": f"nameserver {address}\\noptions timeout:30 attempts:1\\n",
            "nsswitch.conf": "hosts: files dns\\npasswd: files\\ngroup: files\\n",
        }.items():
            open(f"{folder}/{name}", "w").write(text)
            subprocess.run(["mount", "--bind", f"{folder}/{name}", f"/etc/{name}"], check=True)
        os.execv(sys.argv[2], sys.argv[2:])
        """

    private static let devices = [
        """
        type = "http"
        url = "http://piscine.example/"
        timeout = "2s"
        measurement = "raw.it"
        every = "1s"
        fields = { x = { path = "x" } }
        """,
        """
        type = "modbus"
        host = "onduleur.example"
        every = "1s"
        table = "input"
        registers = { w = { address = 0, type = "int16", unit = "W" } }
        """,
    ]

    @Test("a name that is looked up in vain holds up no other meter, no server and no stop", arguments: devices)
    func silent(_ device: String) async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        try write("\n[source.it]\n\(device)\n", to: config, appending: true)
        #expect(try box.run("check", config).code == 0)
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        _ = house.line()
        let daemon = try Peer([
            "/usr/bin/unshare", "-m", "/usr/bin/python3", "-c", Self.script, box.folder, box.program, "run",
            "--config", config,
        ])
        #expect(try await eventually { try await !box.times(url, "linky").isEmpty })
        func vain() throws -> Int { try box.report(config)?.sources["it"]?.errors ?? 0 }
        #expect(try await eventually { try vain() > 0 })
        let (goal, start, before) = (try vain() + 2, Uptime.now, try box.reads(config))
        #expect(try await eventually { try vain() >= goal && Uptime.now.seconds(since: start) > 6 })
        let (came, seconds) = (try box.reads(config) - before, Uptime.now.seconds(since: start))
        #expect(Double(came) >= seconds / 2, "in \(seconds) s only \(came) came")
        let status = try box.status(config)
        #expect(status.contains("linky: reading"), "\(status)")
        let end = daemon.terminate()
        #expect(end.code == 0)
        #expect(end.seconds < Peer.patience, "it should take less than a second; a busy machine is forgiven")
        withExtendedLifetime((server, house)) {}
    }
}
