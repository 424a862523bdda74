import CLinux
import Glibc

/// Runs a program beside this one.
public enum ChildProcess {
    /// Why a program did not do its work, as a sentence.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public var description: String
    }

    private enum End: Sendable { case exited, late, cancelled }

    /// Runs a program to its end, without a shell.
    ///
    /// - Parameters:
    ///   - command: the program's full path and its arguments.
    ///   - input: what it reads, at most 60 000 bytes: the kernel holds it, so that nobody waits for the program to read.
    ///   - timeout: after which it is killed, with what it has started.
    /// - Throws: `Failure` when it cannot be started, takes too long, or ends with another code than 0; also when the task
    ///   is cancelled, which ends it.
    public static func run(_ command: [String], input: [UInt8], timeout: Duration) async throws {
        guard let program = command.first else { throw Failure(description: "no program is named") }
        let inputPipe = try Pipe(program)
        let errorPipe = try Pipe(program)
        // Before the program is there: it may end without reading.
        _ = input.withUnsafeBytes { write(inputPipe.writeEnd, $0.baseAddress, min($0.count, 60_000)) }
        inputPipe.closeWriteEnd()
        let process = try spawn(program, command, inputPipe, errorPipe)
        let handle = clinux_open_process(process)
        inputPipe.closeReadEnd()
        errorPipe.closeWriteEnd()
        defer { if handle >= 0 { close(handle) } }
        let end = await wait(handle, timeout)
        if end != .exited {
            guard Program.end(process, handle) != nil else {
                throw Failure(description: "\(program) took too long and does not end, even when it is killed")
            }
            guard end == .late else {
                throw Failure(description: "\(program) was not done when boxenergie was stopped, and was ended")
            }
            throw Failure(description: "\(program) took longer than \(timeout.components.seconds) s and was ended")
        }
        let ending = Program.End(of: process)
        guard !ending.isGood else { return }
        let words = errorPipe.firstLine()
        throw Failure(description: "\(program) \(ending.inWords)" + (words.isEmpty ? "" : ": \(words)"))
    }

    private static func wait(_ handle: CInt, _ timeout: Duration) async -> End {
        guard handle >= 0 else { return .exited }
        return await withTaskGroup(of: End?.self) { group in
            group.addTask { (try? await EventLoop.main.waitUntilReadable(handle)) == nil ? nil : .exited }
            group.addTask { (try? await EventLoop.main.sleep(for: timeout)) == nil ? nil : .late }
            defer { group.cancelAll() }
            // Cancelled: the program ends with us.
            return await group.next().flatMap { $0 } ?? (Task.isCancelled ? .cancelled : .late)
        }
    }

    private static func spawn(
        _ program: String,
        _ command: [String],
        _ input: Pipe,
        _ errors: Pipe
    ) throws -> pid_t {
        var process: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let code = clinux_spawn(program, &arguments, input.readEnd, errors.writeEnd, &process)
        guard code == 0 else {
            throw Failure(description: "cannot start \(program): \(String(cString: strerror(code)))")
        }
        return process
    }
}

/// A pipe to or from another process, closed with it.
private final class Pipe {
    private(set) var readEnd: CInt
    private(set) var writeEnd: CInt

    init(_ program: String) throws {
        var ends: [CInt] = [-1, -1]
        guard clinux_open_pipe(&ends) == 0 else {
            throw ChildProcess.Failure(description: "cannot start \(program): \(String(cString: strerror(errno)))")
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        closeReadEnd()
        closeWriteEnd()
    }

    func closeReadEnd() {
        if readEnd >= 0 { close(readEnd) }
        readEnd = -1
    }

    func closeWriteEnd() {
        if writeEnd >= 0 { close(writeEnd) }
        writeEnd = -1
    }

    /// The first line of what was written, without waiting for more.
    func firstLine() -> String {
        _ = fcntl(readEnd, F_SETFL, O_NONBLOCK)
        var buffer = [UInt8](repeating: 0, count: 300)
        let count = read(readEnd, &buffer, buffer.count)
        return String(decoding: buffer[..<max(0, count)].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
