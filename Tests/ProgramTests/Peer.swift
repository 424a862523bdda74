import Foundation
import Glibc

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
    private let program: StartedProgram
    private let input: Pipe
    private let output: Pipe

    init(_ arguments: [String]) throws {
        (input, output) = (Pipe.closedOnExec(), Pipe.closedOnExec())
        program = try StartedProgram(
            arguments,
            input: input.fileHandleForReading.fileDescriptor,
            output: output.fileHandleForWriting.fileDescriptor,
            errors: nil
        )
        // Its ends are its own: what it prints ends with it.
        try input.fileHandleForReading.close()
        try output.fileHandleForWriting.close()
    }

    deinit {
        try? input.fileHandleForWriting.close()
        program.send(SIGTERM)
        // A test that failed may have left it stopped: it would never hear that it is to end.
        program.send(SIGCONT)
        program.wait()
        try? output.fileHandleForReading.close()
    }

    /// The processes of the machine whose command has these words.
    static func processes(_ words: String) throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { process in
            (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8))?.contains(words) == true
        }
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
        program.send(SIGTERM)
        return (program.wait(), Date().timeIntervalSince(start))
    }

    /// Its process number.
    var identifier: Int32 { program.identifier }

    /// Ends it as a power cut would.
    func kill() {
        program.send(SIGKILL)
        program.wait()
    }

    /// Stops it, and waits until it stands still.
    func freeze() {
        program.send(SIGSTOP)
        program.wait(until: WSTOPPED)
    }

    func sendLine(_ text: String) { input.fileHandleForWriting.write(Data((text + "\n").utf8)) }

    /// Gives an order that is answered in one line.
    func answer(to order: String) -> String {
        sendLine(order)
        return line()
    }

    /// Runs a program to its end.
    static func run(_ arguments: [String], input text: String = "") throws -> (code: Int32, output: String) {
        let (input, output) = (Pipe.closedOnExec(), Pipe.closedOnExec())
        let written = output.fileHandleForWriting
        let program = try StartedProgram(
            arguments,
            input: input.fileHandleForReading.fileDescriptor,
            output: written.fileDescriptor,
            errors: written.fileDescriptor
        )
        try input.fileHandleForReading.close()
        try written.close()
        input.fileHandleForWriting.write(Data(text.utf8))
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        return (program.wait(), String(decoding: data, as: UTF8.self))
    }
}
