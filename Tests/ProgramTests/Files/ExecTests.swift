import Foundation
import Glibc
import MeterCore
import MeterIO
import MeterSources
import Testing

/// Programs of all kinds, run for real.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct ExecTests {
    private let box: Installation

    init() throws { box = try Installation() }

    private func start(_ program: String, _ settings: String) throws -> (run: SourceRun, task: Task<Void, Never>) {
        let path = box.folder + "/program"
        try write("#!/usr/bin/python3\nimport sys, os, time\n" + program, to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: box.folder)
        let run = SourceRun(
            ExecSource.self,
            name: "it",
            "command = [\"\(path)\", \"a b\"]\nevery = \"1s\"\n" + settings
        )
        return (run, Task { await run.run() })
    }

    private let influx = "measurements = [\"raw.sauna\"]\n"
    private let json = "format = \"json\"\nmeasurement = \"raw.pool\"\n"
    private let fields = "[fields]\nx = { path = \"a.v\" }\n"

    private func stop(_ task: Task<Void, Never>) async {
        task.cancel()
        await task.value
    }

    private func isAlive(_ file: String) -> Bool {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        guard let process = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) else { return false }
        guard kill(process, 0) == 0 else { return false }
        let state = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        return !state.contains(") Z")
    }

    @Test("line protocol goes to the measurements that are allowed, with our tags and its own times")
    func lines() async throws {
        let (run, task) = try start(
            """
            print("# a comment")
            print("sauna,room=x,source=fake temp=81.5,word=\\"" + sys.argv[1] + "\\" 1772362800")
            print("sauna temp=7i")
            print("linky va=1")
            print("sauna temp=")
            """,
            influx + "precision = \"s\""
        )
        try await wait { run.all.count >= 2 }
        let first = run.all[0]
        #expect(first.series.key == "sauna,room=x,source=it" && first.series.measurement.policy.name == "raw")
        #expect(first.values == [.float(81.5), .string("a b")])
        #expect(first.timestamp.seconds == 1_772_362_800 && first.isRecord && !run.all[1].isRecord)
        #expect(run.status.quality["refused"] ?? 0 >= 2)
        #expect(run.all.allSatisfy { $0.series.measurement.name == "sauna" })
        await stop(task)
    }

    @Test("JSON of a run is one document")
    func document() async throws {
        let (run, task) = try start("print('{\\n \"a\": {\"v\": 2.5}\\n}')", json + fields)
        try await wait { !run.all.isEmpty }
        #expect(run.values("x").first == 2.5)
        await stop(task)
    }

    @Test("a program that stays gets an empty line for each reading, as execd does")
    func signal() async throws {
        let (run, task) = try start(
            """
            n = 0
            for line in sys.stdin:
                n += 1
                print('{"a":{"v":%d}}' % n, flush=True)
            """,
            json + "running = \"always\"\nsignal = \"stdin\"\n" + fields
        )
        try await wait { run.values("x").count >= 3 }
        #expect(run.values("x").prefix(3) == [1, 2, 3] && run.status.quality["runs"] == 1)
        await stop(task)
    }

    @Test("a program that stays and dies is started again, and what it said last is told")
    func dying() async throws {
        let (run, task) = try start(
            """
            print("sauna v=1", flush=True)
            print("the oven is off", file=sys.stderr, flush=True)
            sys.exit(3)
            """,
            influx + "running = \"always\""
        )
        try await wait { run.values("v").count >= 3 }
        #expect(run.status.lastError?.contains("ended with code 3: the oven is off") == true)
        #expect(run.status.quality["restarts"] ?? 0 >= 1)
        await stop(task)
    }

    @Test("a program that hangs is ended with the children that it has started")
    func hanging() async throws {
        let file = box.folder + "/child"
        let (run, task) = try start(
            """
            import subprocess
            child = subprocess.Popen(["/bin/sleep", "1000"])
            open("\(file)", "w").write(str(child.pid))
            time.sleep(1000)
            """,
            influx + "timeout = \"3s\""
        )
        try await wait { run.status.quality["timeouts"] ?? 0 >= 1 && run.status.lastError != nil }
        #expect(run.status.lastError?.contains("took longer than 3.0 s and was ended") == true)
        await stop(task)
        try await wait { !isAlive(file) }
        #expect(FileManager.default.fileExists(atPath: file))
    }

    @Test("a child that keeps the output open does not keep the run from its end")
    func daughter() async throws {
        let file = box.folder + "/child"
        let (run, task) = try start(
            """
            import subprocess
            child = subprocess.Popen(["/bin/sleep", "1000"])
            open("\(file)", "w").write(str(child.pid))
            print("sauna v=5")
            """,
            influx + "timeout = \"100s\""
        )
        try await wait { !run.values("v").isEmpty }
        await stop(task)
        try await wait { !isAlive(file) }
        #expect(run.values("v").first == 5)
    }

    @Test("a program that floods is ended, and one without line ends is bounded")
    func flooding() async throws {
        let (run, task) = try start("while True: sys.stdout.write('x' * 10000)", influx + "largest = \"300kB\"")
        try await wait { run.status.lastError?.contains("printed more than 300000 bytes") == true }
        await stop(task)
        #expect(run.all.isEmpty)
    }

    @Test("a program that floods its error output does not stop the readings")
    func complaining() async throws {
        let (run, task) = try start(
            "sys.stderr.write('x' * 200 + '\\n'); [sys.stderr.write('again\\n') for _ in range(50000)]; print('sauna v=1')",
            influx
        )
        try await wait { !run.values("v").isEmpty }
        #expect(run.values("v").first == 1)
        await stop(task)
    }

    /// Whether everything else has its turn meanwhile.
    private func othersAreInTime(_ seconds: Double, during task: Task<Void, Never>) async throws {
        var latest = 0.0
        let end = Uptime.now
        while Uptime.now.seconds(since: end) < seconds {
            let before = Uptime.now
            try await Task(executorPreference: EventLoop.main) {
                try await EventLoop.main.sleep(for: .milliseconds(20))
            }.value
            latest = max(latest, Uptime.now.seconds(since: before))
        }
        // It lasted for ever before; a busy machine takes a second or two.
        #expect(latest < 20, "another task had its turn \(latest) s late")
    }

    @Test(
        "what a program leaves behind, and what it complains without end, keeps nothing else from its turn",
        arguments: [
            "subprocess.Popen(['/usr/bin/yes', 'sauna v=1i'], start_new_session=True)",
            "subprocess.Popen(['/usr/bin/yes', ''], stdout=2, start_new_session=True)",
            "subprocess.run(['/usr/bin/yes', ''], stdout=2)", "subprocess.run(['/usr/bin/yes', 'help'], stdout=2)",
        ]
    )
    func leftBehind(_ daughter: String) async throws {
        let (run, task) = try start(
            "import subprocess\nprint('sauna v=1', flush=True)\n\(daughter)",
            influx + "running = \"always\""
        )
        try await wait { !run.values("v").isEmpty }
        try await othersAreInTime(3, during: task)
        await stop(task)
    }

    @Test("it has the rights of its user and no more, and the program's own variables", .enabled(if: geteuid() == 0))
    func rights() async throws {
        let (run, task) = try start(
            """
            groups = ",".join(str(g) for g in sorted(os.getgroups()))
            print('sauna v=%di,g=%di,e="%s" ' % (os.getuid(), os.getgid(), " ".join(sorted(os.environ))))
            try: os.setuid(0); print("sauna v=0i")
            except PermissionError: pass
            """,
            influx + "user = \"nobody\""
        )
        try await wait { !run.all.isEmpty }
        let point = run.all[0]
        #expect(point.values[0] == .integer(65_534) && point.values[1] == .integer(65_534))
        let names: String = if case .string(let text)? = point.values[2] { text } else { "missing" }
        #expect(Set(names.split(separator: " ")).isSubset(of: ["PATH", "LANG", "LC_ALL", "TZ", "LC_CTYPE"]))
        #expect(!run.values("v").contains(0))
        await stop(task)
    }

    /// Whether a program in the folder of a test may have its owner's rights.
    private static let givesRights: Bool = {
        var facts = statvfs()
        return statvfs(NSTemporaryDirectory(), &facts) == 0 && facts.f_flag & UInt(ST_NOSUID) == 0
    }()

    @Test(
        "a program that cannot be ended is said, is not started twice, and holds up neither the others nor the stop",
        .enabled(if: geteuid() == 0 && givesRights, "needs root, and a place that is not mounted nosuid")
    )
    func undead() async throws {
        // As with sudo: whoever runs boxenergie may not kill it. One that waits in the kernel for a device is alike.
        try FileManager.default.copyItem(
            atPath: URL(fileURLWithPath: "/usr/bin/python3").resolvingSymlinksInPath().path,
            toPath: box.folder + "/mighty"
        )
        chmod(box.folder + "/mighty", 0o4755)
        let script = "import os, time; os.setresuid(0, 0, 0); print(os.getpid(), file=open('/proc/self/fd/2', 'w'))"
        let config = box.folder + "/boxenergie.toml"
        let well = """
            state = "\(box.folder)/state"
            clock_has_battery = true
            [influx]
            url = "http://127.0.0.1:1"
            [source.well]
            type = "exec"
            command = ["/bin/echo", "sauna v=1"]
            every = "1s"
            \(influx)
            """
        let sick = """
            [source.sick]
            type = "exec"
            command = ["\(box.folder)/mighty", "-c", "\(script); time.sleep(300)"]
            every = "1s"
            timeout = "1s"
            \(influx)
            """
        try write(well + sick, to: config)
        chmod(box.folder, 0o755)
        try FileManager.default.createDirectory(atPath: box.folder + "/state", withIntermediateDirectories: true)
        chown(box.folder + "/state", 65_534, 65_534)
        let daemon = try Peer([
            "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", box.program, "run", "--config",
            config,
        ])
        func started() throws -> [Int32] { try Peer.processes(box.folder + "/mighty") }
        defer { for process in (try? started()) ?? [] { kill(process, SIGKILL) } }
        let isSaid = try await eventually { try box.status(config).contains("does not end, even when it is killed") }
        #expect(isSaid)
        #expect(try await box.hasRead(4, more: "well", config))
        let text = try box.status(config)
        #expect(text.contains("well: reading"), "\(text)")
        let first = try started()
        #expect(first.count == 1, "\(first)")
        for process in first { kill(process, SIGKILL) }
        #expect(try await eventually { try started() != first && !started().isEmpty }, "it is not started again")
        // Nobody waits for it any more when its source is taken out of the configuration.
        let second = try started()
        try write(well, to: config)
        kill(daemon.identifier, SIGHUP)
        #expect(try await eventually { try !box.status(config).contains("sick:") })
        for process in second { kill(process, SIGKILL) }
        let isCollected = try await eventually {
            second.allSatisfy { !FileManager.default.fileExists(atPath: "/proc/\($0)") }
        }
        #expect(isCollected, "\(second)")
        // Foundation would wait for the sick one, too.
        kill(daemon.identifier, SIGTERM)
        let asked = Uptime.now
        #expect(
            try await eventually {
                let file = "/proc/\(daemon.identifier)/stat"
                return (try? String(contentsOfFile: file, encoding: .utf8))?.contains(") Z") ?? true
            }
        )
        #expect(Uptime.now.seconds(since: asked) < Peer.patience, "less than a second; a busy machine is forgiven")
    }

    @Test("a program that is not there, and a user that is not, are said in words")
    func missing() async throws {
        for (settings, words) in [
            ("command = [\"/nonexistent/program\"]\n", "cannot start /nonexistent/program: No such file or directory"),
            ("command = [\"/bin/true\"]\nuser = \"nobody-here\"\n", geteuid() == 0 ? "no user is called" : "only root"),
        ] {
            let run = SourceRun(ExecSource.self, name: "it", settings + influx)
            let task = Task { await run.run() }
            try await wait { run.status.lastError != nil }
            #expect(run.status.lastError?.contains(words) == true, "\(run.status.lastError ?? "")")
            await stop(task)
        }
    }
}
