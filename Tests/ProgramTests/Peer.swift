import Foundation
import Glibc

/// Programs are started one at a time, so that none inherits a pipe of another: one that is open elsewhere never ends.
private let starting = NSLock()

extension Pipe {
    /// A pipe that no other program gets.
    fileprivate static func closedOnExec() -> Pipe {
        let pipe = Pipe()
        for handle in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
            _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
        }
        return pipe
    }
}

/// A program beside the test, ended with it.
final class Peer {
    private let process = Process()
    private let input: Pipe
    private let output: Pipe

    init(_ arguments: [String]) throws {
        starting.lock()
        defer { starting.unlock() }
        (input, output) = (Pipe.closedOnExec(), Pipe.closedOnExec())
        process.executableURL = URL(fileURLWithPath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        // Threads of the pool hold signals back: a server would hear of no child's end, and not that it is to end.
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
    }

    deinit {
        try? input.fileHandleForWriting.close()
        if process.isRunning { process.terminate() }
        // A test that failed may have left it stopped: it would never hear that it is to end.
        _ = Glibc.kill(process.processIdentifier, SIGCONT)
        wait(until: WEXITED)
        // Foundation keeps it open where nobody calls its own wait.
        try? output.fileHandleForReading.close()
    }

    /// The processes of the machine whose command has these words.
    static func processes(_ words: String) throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { process in
            (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8))?.contains(words) == true
        }
    }

    /// Waits until the program itself has ended (`WEXITED`) or stands still (`WSTOPPED`).
    ///
    /// Foundation would wait for what it left behind, too, for ever if need be.
    private func wait(until change: Int32) {
        var state = siginfo_t()
        while waitid(P_PID, id_t(process.processIdentifier), &state, change | WNOWAIT) != 0, errno == EINTR {}
    }

    /// The next line that it prints.
    func line() -> String {
        var line = Data()
        while let byte = try? output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty, byte[0] != 10 {
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// Seconds after which systemd would end the service by force, as boxenergie.service says.
    static let patience = 20.0

    /// Ends it as systemd would.
    ///
    /// - Returns: its exit code and how long it took.
    func terminate() -> (code: Int32, seconds: Double) {
        let start = Date()
        process.terminate()
        process.waitUntilExit()
        return (process.terminationStatus, Date().timeIntervalSince(start))
    }

    /// Its process number.
    var identifier: Int32 { process.processIdentifier }

    /// Ends it as a power cut would.
    func kill() {
        _ = Glibc.kill(process.processIdentifier, SIGKILL)
        wait(until: WEXITED)
    }

    /// Stops it, and waits until it stands still.
    func freeze() {
        _ = Glibc.kill(process.processIdentifier, SIGSTOP)
        wait(until: WSTOPPED)
    }

    func sendLine(_ text: String) { input.fileHandleForWriting.write(Data((text + "\n").utf8)) }

    /// Runs a program to its end.
    static func run(_ arguments: [String], input text: String = "") throws -> (code: Int32, output: String) {
        let process = Process()
        starting.lock()
        let (input, output) = (Pipe.closedOnExec(), Pipe.closedOnExec())
        process.executableURL = URL(fileURLWithPath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        do {
            defer { starting.unlock() }
            try process.run()
        }
        input.fileHandleForWriting.write(Data(text.utf8))
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
