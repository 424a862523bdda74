import Foundation
import MeterIO
import Testing

@Suite struct ProgramRunTests {
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
}
