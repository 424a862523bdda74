import Glibc
import MeterNotation

extension Program {
    /// The end of the wait for a program: its own, that of its time, or that of the task.
    private enum Ending: Sendable { case exited, late, cancelled }

    /// Runs a program to its end, without a shell; what it prints is thrown away.
    ///
    /// - Parameters:
    ///   - command: the program's full path and its arguments.
    ///   - input: the bytes that it reads, at most 60 000: the kernel holds them, so that nobody waits for the program.
    ///   - timeout: the time after which it is killed, with what it has started.
    /// - Throws: `Failure` when it cannot be started, takes too long, or ends with another code than 0; also when the task
    ///   is cancelled, which ends it.
    public static func run(_ command: [String], input: [UInt8], timeout: Duration) async throws(Failure) {
        guard !command.isEmpty else { throw Failure(said("no program is named")) }
        var start = Start()
        start.input = input
        start.keepsOutput = false
        let program = try Program(command, start)
        let ending = await program.ending(within: timeout)
        guard ending == .exited else {
            guard program.end() != nil else {
                throw Failure(said("\(program.path) took too long and does not end, even when it is killed"))
            }
            guard ending == .late else {
                throw Failure(said("\(program.path) was not done when boxenergie was stopped, and was ended"))
            }
            guard !program.isBeginning else {
                throw Failure(said("\(program.path) is not started: its disk does not answer"))
            }
            throw Failure(said("\(program.path) took longer than \(timeout.components.seconds) s and was ended"))
        }
        let end = program.collect(sparesOthers: true)
        if let failure = program.failureOfStart { throw failure }
        guard !end.isGood else { return }
        let words = Program.take(program.errors, atMost: 300) ?? []
        let line = String(decoding: words.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        throw Failure("\(program.path) \(end.inWords)" + (line.isEmpty ? "" : ": \(line)"))
    }

    /// Waits for the program, its time or the cancellation, whichever comes first.
    private func ending(within timeout: Duration) async -> Ending {
        guard handle >= 0 else { return .exited }
        return await withTaskGroup(of: Ending?.self) { group in
            group.addTask { (try? await EventLoop.main.waitUntilReadable(self.handle)) == nil ? nil : .exited }
            group.addTask { (try? await EventLoop.main.sleep(for: timeout)) == nil ? nil : .late }
            defer { group.cancelAll() }
            // Cancelled: the program ends with us.
            return await group.next().flatMap { $0 } ?? (Task.isCancelled ? .cancelled : .late)
        }
    }
}
