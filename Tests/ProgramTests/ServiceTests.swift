import Testing

/// What systemd hears of the program.
@Suite(.mayBlock) struct ServiceTests {
    @Test("a service manager hears that the program is ready, alive and stopping")
    func notify() throws {
        let box = try Installation()
        let config = try box.configure("http://127.0.0.1:1")
        let manager = try FakeManager(in: box.folder)
        let daemon = try Peer([
            "/usr/bin/env", "NOTIFY_SOCKET=\(manager.path)", "WATCHDOG_USEC=600000", box.program, "run", "--config",
            config,
        ])
        #expect(manager.receive() == "READY=1")
        for _ in 0..<3 { #expect(manager.receive() == "WATCHDOG=1") }
        #expect(daemon.terminate().code == 0)
        var last: String?
        while let line = manager.receive(within: 1) { last = line }
        #expect(last == "STOPPING=1")
    }
}
