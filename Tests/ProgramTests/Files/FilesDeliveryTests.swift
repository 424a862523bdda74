import Foundation
import InfluxOutput
import MeterIO
import Testing

/// Lines of files and programs on their way into a real server, while both ends lose their power.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct FilesDeliveryTests {
    private let box: Installation

    init() throws { box = try Installation() }

    /// The values of a field, in the order of their times.
    private func values(_ url: String, _ measurement: String) async throws -> [Int] {
        let rows = try await box.rows(url, "SELECT n FROM \"raw\".\"\(measurement)\"")
        return rows.compactMap { row in if case .integer(let value)? = row["n"] { Int(value) } else { nil } }
    }

    @Test("each line of a file and of a program is there once, though both the box and the server were killed")
    func once() async throws {
        let server = try box.influxd()
        let url = server.line()
        let folder = box.folder + "/in"
        // Not older than what is kept.
        let base = Int(Date().timeIntervalSince1970) - 80_000
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = chmod(box.folder, 0o755)
        // Goes on where it was, as a logger with a memory of its own does, and says again what it said last.
        let program = box.folder + "/logger"
        try write(
            """
            #!/usr/bin/python3
            import os, time
            place = "\(box.folder)/number"
            n = max(0, int(open(place).read()) - 200) if os.path.exists(place) else 0
            while True:
                print("logger n=%di %d" % (n, \(base) + n), flush=True)
                n += 1
                open(place + ".new", "w").write(str(n))
                os.rename(place + ".new", place)
                time.sleep(0.01)

            """,
            to: program
        )
        _ = chmod(program, 0o755)
        let config = box.folder + "/boxenergie.toml"
        try write(
            """
            state = "\(box.folder)"
            clock_has_battery = true
            [influx]
            url = "\(url)"
            flush = "1s"
            [source.file]
            type = "csv"
            folder = "\(folder)"
            measurement = "raw.file"
            time_columns = ["t"]
            time_format = "unix"
            [source.file.fields]
            n = { path = "n", type = "integer" }
            [source.logger]
            type = "exec"
            command = ["\(program)"]
            running = "always"
            measurements = ["raw.logger"]
            precision = "s"
            """,
            to: config
        )
        #expect(try box.run("provision", "--config", config).code == 0)
        try write("t;n\n", to: folder + "/a.csv")
        var written = 0
        func addLines(_ count: Int) throws {
            let lines = (written..<(written + count)).map { "\(base + $0);\($0)\n" }
            try write(lines.joined(), to: folder + "/a.csv", appending: true)
            written += count
        }
        func said() -> Int {
            let text = try? String(contentsOfFile: box.folder + "/number", encoding: .utf8)
            return text.flatMap { Int($0) } ?? 0
        }
        for turn in 0..<4 {
            let daemon = try box.start("run", "--config", config)
            try addLines(150)
            let goal = written
            // Killed with lines in the server, in memory and on the way.
            #expect(try await eventually { try await values(url, "file").count > goal - 150 })
            try addLines(50)
            if turn % 2 == 1 {
                server.sendLine("kill")
                #expect(server.line() == "killed")
                try addLines(50)
                let before = said()
                #expect(try await eventually { said() >= before + 100 }, "the program says nothing")
                server.sendLine("start")
                #expect(server.line() == url)
            }
            daemon.kill()
        }
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try await values(url, "file").count >= written })
        #expect(try await values(url, "file") == Array(0..<written))
        // The program's numbers have no gap: what it said again had the same times.
        let logged = try await values(url, "logger")
        #expect(logged.count > 40 && logged == Array(0..<logged.count), "\(logged.count)")
        #expect(daemon.terminate().code == 0)
    }
}
