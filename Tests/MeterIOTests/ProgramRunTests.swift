import Foundation
import Glibc
import MeterIO
import Testing

@Suite(.serialized) struct ProgramRunTests {
    @Test("a program gets its input and arguments, no shell in between; what goes wrong is a sentence")
    func run() async throws {
        let file = NSTemporaryDirectory() + "boxenergie-child-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        @Sendable func failure(_ command: String..., seconds: Int64 = 20) async -> String {
            do {
                try await Program.run(command, input: [UInt8]("$HOME".utf8), timeout: .seconds(seconds))
                return ""
            } catch {
                return "\(error)"
            }
        }
        let messages = try EventLoop.main.run {
            [
                await failure("/bin/dd", "status=none", "of=" + file),
                await failure("/bin/sh", "-c", "echo no route >&2; exit 7"),
                await failure("/bin/sh", "-c", "kill -TERM $$"),
                await failure("/bin/sh", "-c", "sleep 60 & wait", seconds: 1),
                await failure("/nowhere/notify"),
            ]
        }
        let stopped = try EventLoop.main.run {
            let task = Task { await failure("/bin/sh", "-c", "echo > \(file).started; sleep 60", seconds: 300) }
            while !FileManager.default.fileExists(atPath: file + ".started") {
                try await EventLoop.main.sleep(for: .milliseconds(20))
            }
            task.cancel()
            return await task.value
        }
        try? FileManager.default.removeItem(atPath: file + ".started")
        #expect(stopped == "/bin/sh was not done when boxenergie was stopped, and was ended")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "$HOME")
        #expect(
            messages == [
                "", "/bin/sh ended with code 7: no route", "/bin/sh was ended by signal 15",
                "/bin/sh took longer than 1 s and was ended",
                "cannot start /nowhere/notify: No such file or directory; is the path right, and the program in the first line "
                    + "of a script there?",
            ]
        )
    }

    @Test("a program gets four variables and three descriptors, whatever we and our libraries have open")
    func nothingInherited() throws {
        let file = NSTemporaryDirectory() + "boxenergie-child-\(UUID().uuidString)"
        defer { for end in ["", ".fds"] { try? FileManager.default.removeItem(atPath: file + end) } }
        // As libcurl and libmosquitto open theirs.
        let sockets = [socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0), open("/dev/null", O_RDONLY)]
        defer { for descriptor in sockets { close(descriptor) } }
        setenv("BOXENERGIE_SECRET", "of nobody else", 1)
        defer { unsetenv("BOXENERGIE_SECRET") }
        // The shell's look into the folder is over when the loop begins.
        let list = "for one in /proc/$$/fd/*; do [ -e $one ] && all=\"$all ${one##*/}\"; done; echo $all > \(file).fds"
        try EventLoop.main.run {
            try await Program.run(
                ["/bin/dd", "status=none", "if=/proc/self/environ", "of=" + file],
                input: [],
                timeout: .seconds(20)
            )
            try await Program.run(["/bin/sh", "-c", list], input: [], timeout: .seconds(20))
        }
        let variables = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\0")
        #expect(Set(variables.map { $0.prefix { $0 != "=" } }).isSubset(of: ["PATH", "LANG", "LC_ALL", "TZ"]))
        #expect(try String(contentsOfFile: file + ".fds", encoding: .utf8) == "0 1 2\n")
    }

    @Test("programs that nobody waits for are collected once they have ended, and are never too many")
    func collected() throws {
        let (processes, failure) = try EventLoop.main.run {
            var processes: [pid_t] = []
            while processes.count < 100 {
                do {
                    let program = try Program(["/bin/sh", "-c", "echo $$; exec sleep 300"])
                    try await EventLoop.main.waitUntilReadable(program.output)
                    let words = Program.take(program.output, atMost: 100) ?? []
                    processes.append(pid_t(String(decoding: words.dropLast(), as: UTF8.self)) ?? 0)
                } catch let error as Program.Failure {
                    return (processes, "\(error)")
                }
            }
            return (processes, "")
        }
        #expect(processes.count == 16 && processes.allSatisfy { $0 > 1 })
        #expect(failure == "/bin/sh is not started: too many programs do not end, even when they are killed")
        LeftPrograms.collect()
        for process in processes where process > 1 {
            #expect(kill(process, SIGKILL) == 0, "it goes on, and is not waited for")
            func state() -> String {
                (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? "gone"
            }
            while state() != "gone", !state().contains(") Z") { usleep(1000) }
            #expect(state().contains(") Z"))
            LeftPrograms.collect()
            #expect(state() == "gone")
        }
    }
}
