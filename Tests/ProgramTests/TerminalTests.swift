import Foundation
import Testing

/// Words of devices and of other programs that would steer a terminal, in what the commands print.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct TerminalTests {
    private let box: Installation

    init() throws { box = try Installation() }

    /// A command for the terminal in seven bits, and one in eight.
    private static let commands = "\u{1B}[2J\u{9B}2J\u{7F}"

    private func isHarmless(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control }
    }

    private func configure() throws -> String {
        let program = box.folder + "/program"
        try write("#!/bin/sh\nprintf 'sauna s=\"a\(Self.commands)b\",v=1\\n'\n", to: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let path = box.folder + "/boxenergie.toml"
        try write(
            """
            state = "\(box.folder)"
            clock_has_battery = true
            [influx]
            url = "http://127.0.0.1:1"
            spool = { directory = "\(box.folder)/spool", limit = "20MB" }
            [source.sauna]
            type = "exec"
            command = ["\(program)"]
            every = "1s"
            measurements = ["raw.sauna"]
            [source.meter]
            type = "pulse"
            line = 24
            role = "production"
            pulses_per_kwh = 1000
            """,
            to: path
        )
        return path
    }

    @Test("a device's text is shown, and is no command")
    func read() throws {
        let config = try configure()
        for format in ["text", "influx"] {
            let shown = try box.run("read", "sauna", "--seconds", "0.5", "--format", format, "--config", config)
            #expect(shown.code == 0 && isHarmless(shown.output) && shown.output.contains("2J"), "\(shown)")
        }
    }

    @Test("what waits is exported with spaces for commands")
    func export() throws {
        let config = try configure()
        let line = "piscine s=\"a\(Self.commands)b\" 1752487200\n"
        #expect(try box.run("write", "--policy", "raw", "--config", config, input: line).code == 0)
        let exported = try box.run("spool", "export", "--config", config).output
        #expect(exported.contains("piscine s=\"a [2J  2J b\" 1752487200\n") && isHarmless(exported), "\(exported)")
    }

    @Test("an answer of whoever listens at the control socket is shown, and is no command")
    func control() throws {
        let config = try configure()
        let script = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.bind(sys.argv[1]); s.listen()
            print("ready", flush=True)
            for answer in ["ok ", "failed "]:
                c = s.accept()[0]; c.recv(1024); c.send((answer + sys.argv[2]).encode()); c.close()
            """
        let stranger = try Peer(["/usr/bin/python3", "-c", script, box.folder + "/control.sock", Self.commands])
        #expect(stranger.line() == "ready")
        for code in [0, 1] as [Int32] {
            let shown = try box.run("pulse", "set", "meter", "5", "--config", config)
            #expect(shown.code == code && isHarmless(shown.output) && shown.output.contains("2J"), "\(shown)")
        }
    }
}
