import Foundation
import Glibc
import MeterCore
import MeterIO
import Testing

@testable import MeterSources

/// Files in a folder of this machine, written as devices write them.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct CSVFolderTests {
    private let box: Installation
    private let folder: String
    private let state: SourceMemory
    private var place: String { "folder = \"\(folder)\"" }

    init() throws {
        box = try Installation()
        folder = box.folder + "/in"
        state = memory(box.folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func at(_ minute: Int) -> String { "2026-03-01 12:\(minute < 10 ? "0" : "")\(minute)" }

    @Test("lines are read as they come, a half one when its rest is there, with the date of the line")
    func append() async throws {
        let run = FileRun(place)
        try write("t;v\n\(at(0));1\n\(at(1));2", to: folder + "/a.csv")
        #expect(try await run.values(1) == [1])
        try write("5\n\(at(2));3\n", to: folder + "/a.csv", appending: true)
        #expect(try await run.values(3) == [1, 25, 3])
        // 12:00 in Paris in winter.
        #expect(run.seconds == [1_772_362_800, 1_772_362_860, 1_772_362_920])
        #expect(run.source.all.allSatisfy { $0.isRecord })
        await run.stop()
    }

    @Test("after a restart it goes on, also in a file with another name; a new one under the old name is read, too")
    func rotate() async throws {
        let long = (0..<40).map { "\(at($0));\($0)\n" }.joined()
        try write("t;v\n\(long)", to: folder + "/log.csv")
        let first = FileRun(place, "files = \"log*\"", memory: state)
        #expect(try await first.values(40).count == 40)
        await first.stop()
        try write("\(at(40));40\n", to: folder + "/log.csv", appending: true)
        try FileManager.default.moveItem(atPath: folder + "/log.csv", toPath: folder + "/log.csv.1")
        try write("t;v\n\(at(41));41\n", to: folder + "/log.csv")
        let second = FileRun(place, "files = \"log*\"", memory: state)
        _ = try await second.values(2)
        #expect(Set(second.values) == [40, 41])
        try write("\(at(42));42\n", to: folder + "/log.csv", appending: true)
        #expect(try await Set(second.values(3)) == [40, 41, 42])
        await second.stop()
    }

    @Test("a file that is sent again with more goes on; one with other contents, or shorter, begins anew")
    func sentAgain() async throws {
        let path = folder + "/a.csv"
        let run = FileRun(place)
        try write("t;v\n\(at(0));1\n", to: path)
        #expect(try await run.values(1) == [1])
        try write("t;v\n\(at(0));1\n\(at(1));2\n", to: path)
        #expect(try await run.values(2) == [1, 2])
        try write("t;v\n\(at(5));7\n\(at(6));8\n", to: path)
        #expect(try await run.values(4) == [1, 2, 7, 8])
        try write("t;v\n\(at(9));9\n", to: path)
        #expect(try await run.values(5) == [1, 2, 7, 8, 9])
        await run.stop()
    }

    @Test("Latin-1, a byte order mark, decimal commas, semicolons and CRLF are read")
    func texts() async throws {
        try write("Début;Énergie °\r\n01/03/26 12:00;1,5\r\n", to: folder + "/a.csv", latin1: true)
        try write("\u{FEFF}Début;Énergie °\r\n01/03/26 12:01;2,5\r\n", to: folder + "/b.csv")
        let run = FileRun(
            place,
            "time_columns = [\"Début\"]\ntime_format = \"%d/%m/%y %H:%M\"",
            fields: "x = { path = \"Énergie °\" }"
        )
        #expect(try await Set(run.values(2)) == [1.5, 2.5])
        await run.stop()
    }

    @Test("columns by number, a date in two of them, and no line of names")
    func numbers() async throws {
        try write("x;12,5;01/03/2026;12:00:30;13,5\n", to: folder + "/a.csv")
        let run = FileRun(
            place,
            "header = false\ntime_columns = [\"3\", \"4\"]\ntime_format = \"%d/%m/%Y %H:%M:%S\"",
            fields: "x = { path = \"5\" }"
        )
        #expect(try await run.values(1) == [13.5])
        #expect(run.seconds == [1_772_362_830])
        await run.stop()
    }

    @Test("in the night of October the order tells the two hours apart, also over a restart")
    func october() async throws {
        // 2026-10-25: 03:00 becomes 02:00 at 01:00 UTC, which is 1792890000.
        let path = folder + "/a.csv"
        try write("t;v\n2026-10-25 01:30;1\n2026-10-25 02:00;2\n2026-10-25 02:30;3\n", to: path)
        let first = FileRun(place, memory: state)
        #expect(try await first.values(3) == [1, 2, 3])
        #expect(first.seconds.map { $0 - 1_792_890_000 } == [-5400, -3600, -1800])
        await first.stop()
        try write("2026-10-25 02:00;4\n2026-10-25 02:30;5\n2026-10-25 03:00;6\n", to: path, appending: true)
        let second = FileRun(place, memory: state)
        #expect(try await second.values(3) == [4, 5, 6])
        #expect(second.seconds.map { $0 - 1_792_890_000 } == [0, 1800, 3600])
        await second.stop()
    }

    @Test("in the night of March the hour that does not exist is refused, and the others are right")
    func march() async throws {
        // 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC, which is 1774746000.
        try write("t;v\n2026-03-29 01:59;1\n2026-03-29 02:30;2\n2026-03-29 03:00;3\n", to: folder + "/a.csv")
        let run = FileRun(place, memory: state)
        #expect(try await run.values(2) == [1, 3])
        #expect(run.seconds.map { $0 - 1_774_746_000 } == [-60, 0])
        #expect(run.source.status.lastError?.contains("a.csv:3: clocks in Europe/Paris were never at") == true)
        await run.stop()
    }

    @Test("lines that cannot be read are counted, named and kept; the others are read")
    func refused() async throws {
        try write("t;v\n\(at(0));1\nrubbish\n\(at(1));abc\n2070;5\nt;v\n\(at(2));2\n", to: folder + "/a.csv")
        let run = FileRun(place, memory: state)
        #expect(try await run.values(2) == [1, 2])
        try await wait { run.source.status.quality["refused"] == 3 }
        let kept = box.folder + "/files/it.refused"
        try await wait { FileManager.default.fileExists(atPath: kept) }
        let text = try String(contentsOfFile: kept, encoding: .utf8)
        #expect(text.contains("/a.csv:3: ") && text.contains("\nrubbish\n") && text.contains("/a.csv:5: "))
        #expect(run.source.status.errors == 3)
        await run.stop()
    }

    @Test("a last line without its end counts once the file is quiet, and again when it goes on")
    func quiet() async throws {
        let path = folder + "/a.csv"
        try write("t;v\n\(at(0));1\n\(at(1));2", to: path)
        let run = FileRun(place, "quiet = \"2s\"")
        #expect(try await run.values(2) == [1, 2])
        try write("5\n", to: path, appending: true)
        #expect(try await run.values(3) == [1, 2, 25])
        #expect(run.seconds[1] == run.seconds[2])
        await run.stop()
    }

    @Test("a folder that is not there is said, and read once it is")
    func missing() async throws {
        let run = FileRun("folder = \"\(box.folder)/later\"")
        try await wait { run.source.status.lastError?.contains("make the folder") == true }
        try FileManager.default.createDirectory(atPath: box.folder + "/later", withIntermediateDirectories: true)
        try write("t;v\n\(at(0));1\n", to: box.folder + "/later/a.csv")
        #expect(try await run.values(1) == [1])
        await run.stop()
    }

    @Test("a column that is not there is named with those that are; a link is not followed")
    func wrongColumns() async throws {
        try write("t;power\n\(at(0));1\n", to: folder + "/a.csv")
        let run = FileRun(place)
        try await wait {
            run.source.status.lastError?.contains("no column is called \"v\"; there are t, power") == true
        }
        try write("t;v\n\(at(0));1\n", to: box.folder + "/secret")
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/b.csv",
            withDestinationPath: box.folder + "/secret"
        )
        try write("t;v\n\(at(3));3\n", to: folder + "/c.csv")
        #expect(try await run.values(1) == [3])
        await run.stop()
    }

    @Test("a link in place of the folder for what was read is not followed")
    func linkedDone() async throws {
        let elsewhere = box.folder + "/elsewhere"
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder + "/done", withDestinationPath: elsewhere)
        try write("t;v\n\(at(0));1\n", to: folder + "/a.csv")
        let thread = try ThreadExecutor(name: "files")
        defer { thread.stop() }
        let store = LocalFolder(folder, thread: thread)
        await #expect(throws: DiskError.self) { try await store.move("a.csv", to: folder + "/done") }
        #expect(FileManager.default.fileExists(atPath: folder + "/a.csv"))
        try await store.move("a.csv", to: folder + "/other")
        #expect(FileManager.default.fileExists(atPath: folder + "/other/a.csv"))
    }

    @Test("a position counts only when what was read before it cannot be in memory any more")
    func waiting() {
        var positions = FilePositions(nil)
        var position = FilePosition()
        position.offset = 10
        let start = Uptime.now
        positions.note(position, of: "a", at: start)
        for (seconds, wait, isSafe) in [
            (59, Duration.seconds(10), false), (329, .seconds(300), false), (331, .seconds(300), true),
        ] {
            positions.ripen(at: start.advanced(by: .seconds(seconds)), wait: wait)
            #expect(positions.isSafe("a") == isSafe, "after \(seconds) s")
        }
        var another = FilePositions(nil)
        another.note(position, of: "a", at: start)
        another.ripen(at: start.advanced(by: .seconds(61)), wait: .seconds(10))
        #expect(another.isSafe("a"))
    }

    @Test(
        "files that are complete and read are put away, a minute after they were read",
        arguments: ["move", "remove"]
    )
    func after(_ after: String) async throws {
        try write("t;v\n\(at(0));1\n\(at(1));2", to: folder + "/a.csv")
        let run = FileRun(place, "quiet = \"1s\"\nafter = \"\(after)\"", memory: state)
        #expect(try await run.values(2) == [1, 2])
        try await wait { !FileManager.default.fileExists(atPath: folder + "/a.csv") }
        #expect(FileManager.default.fileExists(atPath: folder + "/done/a.csv") == (after == "move"))
        #expect(run.values == [1, 2])
        await run.stop()
    }

    @Test(
        "a network folder whose server is away holds up neither the other sources nor the stop",
        .enabled(if: geteuid() == 0 && access("/dev/fuse", R_OK | W_OK) == 0, "needs root and FUSE")
    )
    func networkFolder() async throws {
        // A file system that answers nothing.
        let script = """
            import ctypes, os, sys
            device = os.open("/dev/fuse", os.O_RDWR)
            os.set_inheritable(device, True)
            options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
            if ctypes.CDLL(None).mount(b"fuse", sys.argv[1].encode(), b"fuse", 0, options): sys.exit("cannot mount")
            os.execv(sys.argv[2], sys.argv[2:])
            """
        let place = box.folder + "/away"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let config = box.folder + "/boxenergie.toml"
        try write(
            """
            state = "\(box.folder)"
            clock_has_battery = true
            [influx]
            url = "http://127.0.0.1:1"
            [source.away]
            type = "csv"
            folder = "\(place)/log"
            measurement = "raw.it"
            time_columns = ["t"]
            fields = { x = { path = "v" } }
            [source.well]
            type = "exec"
            command = ["/bin/echo", "sauna v=1"]
            measurements = ["raw.sauna"]
            every = "1s"
            """,
            to: config
        )
        #expect(try box.run("check", config).code == 0)
        let daemon = try Peer([
            "/usr/bin/unshare", "-m", "/usr/bin/python3", "-c", script, place, box.program, "run", "--config", config,
        ])
        #expect(try await eventually { try box.status(config).contains("well: reading") })
        #expect(try await box.hasRead(5, more: "well", config))
        let text = try box.status(config)
        #expect(text.contains("well: reading") && text.contains("away: "), "\(text)")
        let end = daemon.terminate()
        #expect(end.code == 0)
        #expect(end.seconds < Peer.patience, "it should take less than a second; a busy machine is forgiven")
    }

    @Test("a file whose name is Latin-1 is read, goes on after a restart, and is put away under its name")
    func latinName() async throws {
        let name = [UInt8]((folder + "/").utf8) + [0xE9] + [UInt8]("nergie.csv".utf8)
        func append(_ text: String) throws {
            let file = try #require(
                (name.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { fopen($0.baseAddress, "a") }
            )
            fputs(text, file)
            fclose(file)
        }
        try append("t;v\n\(at(0));1\n\(at(1));2\n")
        let first = FileRun(place, "files = \"énergie*.csv\"", memory: state)
        #expect(try await first.values(2) == [1, 2])
        await first.stop()
        try append("\(at(2));x\n\(at(3));3\n")
        let second = FileRun(place, "files = \"*.csv\"", memory: state)
        #expect(try await second.values(1) == [3])
        #expect(second.source.status.lastError?.contains("énergie.csv:4") == true)
        await second.stop()
        let names = try Folder(folder).names()
        #expect(names.map(FileName.shown) == ["énergie.csv"] && names.map(FileName.bytes) == [Array(name.suffix(11))])
        try DiskFile.move("\(folder)/\(names[0])", to: "\(folder)/\(names[0]).2")
        try DiskFile.remove("\(folder)/\(names[0]).2")
        #expect(try Folder(folder).names().isEmpty)
    }
}
