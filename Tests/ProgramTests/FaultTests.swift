import Foundation
import Glibc
import InfluxOutput
import MeterIO
import Testing

/// What goes wrong in a house, done to the running program: it must say what to do, keep going, and lose nothing.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct FaultTests {
    private let box: Installation

    init() throws { box = try Installation() }

    /// Starts a simulated Linky where the configuration looks for one.
    private func startHouse() throws -> Peer {
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        _ = house.line()
        return house
    }

    @Test("a silent line does not keep the program from ending")
    func silentLine() async throws {
        var terminal = try PseudoTerminal()
        try terminal.link(at: box.folder + "/linky")
        let config = try box.configure("http://127.0.0.1:1")
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try box.status(config).contains("nothing comes from the meter") })
        let end = daemon.terminate()
        #expect(end.code == 0)
        #expect(end.seconds < Peer.patience, "it should take less than a second; a busy machine is forgiven")
    }

    @Test("a server that is down at the start gets everything when it comes")
    func serverDown() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        server.sendLine("kill")
        #expect(server.line() == "killed")
        let house = try startHouse()
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try box.status(config).contains("is the server running there?") })
        #expect(try await box.hasRead(6, config))
        server.sendLine("start")
        #expect(server.line() == url)
        #expect(try await eventually { try box.status(config).contains("waiting: 0 batches, 0 kB on the disk") })
        #expect(daemon.terminate().code == 0)
        #expect(house.terminate().code == 0)
        try await box.checkWhole(url, atLeast: 6)
    }

    @Test("a server that comes back empty is said, and once provisioned has the last minutes again")
    func emptyServer() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        let house = try startHouse()
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try await box.times(url, "linky").count > 5 })
        let first = try #require(try await box.times(url, "linky").first)
        for order in ["kill", "empty", "start"] {
            server.sendLine(order)
            #expect(["killed", "empty", url].contains(server.line()))
        }
        #expect(try await eventually { try box.status(config).contains("has no database \"boxenergie\"") })
        #expect(try box.run("provision", "--config", config).code == 0)
        #expect(try await eventually { try box.status(config).contains("waiting: 0 batches, 0 kB on the disk") })
        #expect(daemon.terminate().code == 0)
        #expect(house.terminate().code == 0)
        #expect(try await box.times(url, "linky").first == first)
        try await box.checkWhole(url, atLeast: 6)
    }

    @Test("a server that takes requests and never answers holds nothing up, and a killed program finds its spool")
    func muteServer() async throws {
        let server = try box.influxd()
        let url = server.line()
        #expect(try box.run("provision", "--config", try box.configure(url)).code == 0)
        let mute = try MuteServer()
        let config = try box.configure(mute.url)
        let house = try startHouse()
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { (try? spoolBytes()) ?? 0 > 0 }, "nothing reached the spool")
        #expect(try await box.hasRead(3, config))
        daemon.kill()
        let kept = try box.run("spool", "export", "--config", config).output.split(separator: "\n")
            .filter { $0.hasPrefix("linky,") }.compactMap { $0.split(separator: " ").last }.compactMap { Int64($0) }
        #expect(!kept.isEmpty)
        _ = try box.configure(url)
        let again = try box.start("run", "--config", config)
        #expect(try await eventually { try box.status(config).contains("waiting: 0 batches, 0 kB on the disk") })
        #expect(again.terminate().code == 0)
        #expect(house.terminate().code == 0)
        let stored = try await box.times(url, "linky")
        #expect(Set(stored).isSuperset(of: kept), "\(kept) were in the spool, stored are \(stored)")
    }

    private func spoolBytes() throws -> Int {
        let folder = box.folder + "/spool"
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".spool") }
            .reduce(0) {
                $0 + (try FileManager.default.attributesOfItem(atPath: "\(folder)/\($1)")[.size] as? Int ?? 0)
            }
    }

    @Test("a stop while the server is mute takes no longer, and keeps what was read")
    func stopWhileMute() async throws {
        let mute = try MuteServer()
        let config = try box.configure(mute.url)
        let house = try startHouse()
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try box.status(config).contains("linky: reading") })
        #expect(try await eventually { mute.isAsked }, "nothing was sent")
        let end = daemon.terminate()
        #expect(end.code == 0)
        #expect(end.seconds < Peer.patience, "it should take less than a second; a busy machine is forgiven")
        #expect(try spoolBytes() > 0)
        #expect(house.terminate().code == 0)
    }

    @Test("a password that becomes wrong is said; set right, nothing is missing and no restart was needed")
    func password() async throws {
        let server = try box.influxd("--auth")
        let url = server.line()
        let (admin, writer) = (try box.writeSecret("admin", "a"), try box.writeSecret("writer", "w"))
        let config = try box.configure(url, "username = \"writer\"\npassword_file = \"\(writer)\"")
        let client = box.client(url, user: "admin", password: "a")
        _ = try await client.query("CREATE USER \"admin\" WITH PASSWORD 'a' WITH ALL PRIVILEGES")
        let made = try box.run("provision", "--config", config, "--admin", "admin", "--admin-password-file", admin)
        #expect(made.code == 0)
        let house = try startHouse()
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try box.status(config).contains("linky: reading") })
        _ = try box.writeSecret("writer", "wrong")
        #expect(try await eventually { try box.status(config).contains("does not accept the user name or password") })
        _ = try box.writeSecret("writer", "w")
        #expect(try await eventually { try box.status(config).contains("waiting: 0 batches") })
        #expect(daemon.terminate().code == 0)
        #expect(house.terminate().code == 0)
        let times = try await client.query("SELECT va_in, va_out FROM \"raw\".\"linky\"", database: "boxenergie")
            .flatMap(\.rows).compactMap { $0["time"]?.description }.compactMap { Int64($0) }
        #expect(times.count >= 4)
        #expect(zip(times, times.dropFirst()).allSatisfy { (1...2).contains($1 - $0) }, "\(times)")
    }

    private static let mayMount = (try? Peer.run(["/usr/bin/unshare", "-m", "true"]).code) == 0

    @Test("a full disk is said, readings wait in memory and arrive", .enabled(if: mayMount, "needs root, to mount"))
    func fullDisk() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        #expect(try box.run("provision", "--config", config).code == 0)
        server.sendLine("kill")
        #expect(server.line() == "killed")
        let house = try startHouse()
        try FileManager.default.createDirectory(atPath: box.folder + "/spool", withIntermediateDirectories: true)
        // A disk of 24 kB of its own, too small for the first file of the spool.
        let script = """
            mount -t tmpfs -o size=24k tmpfs "$1/spool"
            exec "$2" run --config "$3" 2> "$1/log"
            """
        let daemon = try Peer(["/usr/bin/unshare", "-m", "sh", "-c", script, "sh", box.folder, box.program, config])
        func log() -> String { (try? String(contentsOfFile: box.folder + "/log", encoding: .utf8)) ?? "" }
        #expect(
            try await eventually { log().contains("wait in memory") },
            "the full disk was not said"
        )
        #expect(log().contains("No space left on device"))
        #expect(try await box.hasRead(6, config))
        server.sendLine("start")
        #expect(server.line() == url)
        #expect(try await eventually { log().contains("takes readings again") })
        #expect(try await eventually { try await box.times(url, "linky").count >= 10 })
        #expect(daemon.terminate().code == 0)
        #expect(house.terminate().code == 0)
        try await box.checkWhole(url, atLeast: 10)
    }

    @Test("of two servers one is dead, and the other gets everything in time")
    func twoServers() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        let second = """

            [output.second]
            type = "influx"
            url = "http://127.0.0.1:1"
            flush = "1s"
            spool = { directory = "\(box.folder)/spool-second", limit = "20MB" }
            """
        try (String(contentsOfFile: config, encoding: .utf8) + second)
            .write(toFile: config, atomically: true, encoding: .utf8)
        #expect(try box.run("check", config).code == 0)
        #expect(try box.run("provision", "--config", config).code == 0)
        let house = try startHouse()
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try box.status(config).contains(/127\.0\.0\.1:1\n +0 points written/) })
        #expect(
            try await eventually { try await !box.rows(url, "SELECT wh_in FROM \"raw\".\"linky\"").isEmpty }
        )
        let another = try Peer.run([
            "/usr/bin/timeout", "--signal=TERM", "3", box.program, "run", "--config", config,
        ])
        #expect(another.output.contains("another boxenergie uses the spool folder"), "\(another)")
        #expect(try box.status(config).contains("linky: reading"), "the second daemon took the first one's status away")
        #expect(daemon.terminate().code == 0)
        #expect(house.terminate().code == 0)
        let files = try FileManager.default.contentsOfDirectory(atPath: box.folder + "/spool-second")
        #expect(files.contains { $0.hasSuffix(".spool") })
    }

    @Test("a proxy of somebody's shell is not asked for what is in the house")
    func proxy() async throws {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url)
        // All servers together would have two connections to it.
        let proxies = ["http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"].map { "\($0)=http://127.0.0.1:1" }
        let made = try Peer.run(["/usr/bin/env"] + proxies + [box.program, "provision", "--config", config])
        #expect(made.code == 0, "\(made.output)")
    }

    @Test(
        "a machine without another thread is said, and the program goes on and tries again",
        .enabled(if: geteuid() == 0, "needs root, to become another user")
    )
    func noThread() async throws {
        let state = box.folder + "/state"
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        chmod(box.folder, 0o755)
        // A user that has nothing else.
        chown(state, 61_234, 61_234)
        let config = box.folder + "/boxenergie.toml"
        try write(
            """
            state = "\(state)"
            clock_has_battery = true
            [influx]
            url = "http://127.0.0.1:1"
            [source.it]
            type = "csv"
            folder = "\(box.folder)"
            files = "*.csv"
            measurement = "raw.it"
            time_columns = ["t"]
            fields = { x = { path = "v" } }
            """,
            to: config
        )
        let asUser = ["/usr/bin/setpriv", "--reuid=61234", "--regid=61234", "--clear-groups", "/usr/bin/prlimit"]
        let daemon = try Peer(asUser + ["--nproc=1:100", box.program, "run", "--config", config])
        #expect(
            try await eventually {
                let text = try box.status(config)
                return text.contains("cannot start the thread files: Resource temporarily unavailable")
                    && text.contains("the system has no thread left to speak to 127.0.0.1:1")
            }
        )
        let freed = try Peer.run(asUser + ["--nproc=100", "--pid", "\(daemon.identifier)"])
        #expect(freed.code == 0, "\(freed.output)")
        #expect(try await eventually { try box.status(config).contains("it: reading") })
        #expect(daemon.terminate().code == 0)
    }

    @Test("a port that may not be opened is said with what to do, and the others are read")
    func ordinaryUser() async throws {
        let path = box.folder + "/forbidden"
        var terminal = try PseudoTerminal()
        try terminal.link(at: path)
        chmod(terminal.name, 0)
        let config = try box.configure("http://127.0.0.1:1")
        let text = try String(contentsOfFile: config, encoding: .utf8).replacing("/linky\"", with: "/forbidden\"")
        try text.write(toFile: config, atomically: true, encoding: .utf8)
        let asNobody = getuid() == 0 ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        chmod(box.folder, 0o755)
        let result = try Peer.run(asNobody + [box.program, "read", "linky", "--seconds", "1", "--config", config])
        #expect(result.code == 69)
        #expect(result.output.contains("dialout"), "\(result)")
    }

    @Test("a port that another program uses is said with that program's name")
    func busyPort() async throws {
        let house = try startHouse()
        let config = try box.configure("http://127.0.0.1:1")
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try box.status(config).contains("linky: reading") })
        // `read` asks the running box; `capture` needs the line itself.
        let read = try box.run("read", "linky", "--seconds", "10", "--config", config)
        #expect(read.code == 0 && read.output.contains("linky: linky\n  va_in "), "\(read)")
        let result = try box.run("capture", "linky", box.folder + "/line.capture", "--seconds", "1", "--config", config)
        #expect(result.code == 69)
        // The simulated house holds its own end, too: either is an answer.
        let holders = [daemon, house].map { "the program boxenergie (process \($0.identifier)) uses it" }
        #expect(holders.contains { result.output.contains($0) }, "\(result)")
        #expect(daemon.terminate().code == 0)
        #expect(house.terminate().code == 0)
    }
}

/// Takes connections and never says anything.
private struct MuteServer: ~Copyable {
    let url: String
    private let listener: CInt

    init() throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(listener, raw, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, raw, &length) == 0
            }
        }
        try #require(bound)
        self.listener = listener
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    }

    /// A client has come; its connection waits to be taken.
    var isAsked: Bool {
        var state = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) == 1
    }

    deinit { close(listener) }
}
