import CLinux
import Glibc
import MeterCore

/// A program that runs beside this one, in a process group of its own, without a shell.
///
/// What it prints is read when its owner wants it: until then it waits. What it starts ends with it, unless that leaves
/// the group.
public final class Program: Sendable {
    /// How a program ended.
    public struct End: Sendable, Hashable {
        public var status: CInt

        /// How a process ended; waits until it has.
        init(of process: pid_t) {
            status = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
        }

        public var isGood: Bool { status == 0 }
        /// As the end of a sentence.
        public var inWords: String {
            // Exited by itself, or by a signal: the low seven bits.
            status & 0x7F == 0 ? "ended with code \(status >> 8 & 0xFF)" : "was ended by signal \(status & 0x7F)"
        }
    }

    /// The path of the program.
    public let path: String
    /// Readable when it has ended.
    public let handle: CInt
    /// What it prints, without blocking.
    public let output: CInt
    /// What it complains of, without blocking.
    public let errors: CInt
    private let input: CInt
    private let process: pid_t

    /// Starts it.
    ///
    /// To be called on a thread that stays, as the event loop's does: the kernel ends the program with the thread that
    /// started it (PR_SET_PDEATHSIG in prctl(2)), so that nothing of a killed box goes on.
    ///
    /// - Parameters:
    ///   - command: its full path and its arguments.
    ///   - user: whose rights it has, which only root can give; `nil` for ours.
    /// - Throws: `ChildProcess.Failure`, a sentence that says what to do.
    public init(_ command: [String], user: String? = nil) throws {
        let path = command.first ?? ""
        var ends = [[CInt]](repeating: [-1, -1], count: 3)
        var isStarted = false
        defer {
            for end in isStarted ? [ends[0][0], ends[1][1], ends[2][1]] : ends.flatMap({ $0 }) where end >= 0 {
                close(end)
            }
        }
        for place in ends.indices {
            guard clinux_open_pipe(&ends[place]) == 0 else {
                throw ChildProcess.Failure(description: "cannot start \(path): \(String(cString: strerror(errno)))")
            }
        }
        for end in [ends[0][1], ends[1][0], ends[2][0]] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        var id: pid_t = 0
        let code = try Self.start(command, user, ends[0][0], ends[1][1], ends[2][1], &id)
        guard code == 0 else {
            let advice =
                switch code {
                case ENOENT: "; is the path right, and the program in the first line of a script there?"
                case EACCES: "; make it executable: chmod +x \(path)"
                case ENOEXEC: "; a script needs a first line such as #!/bin/sh"
                case EPERM: "; only root can start it as another user"
                default: ""
                }
            throw ChildProcess.Failure(description: "cannot start \(path): \(String(cString: strerror(code)))\(advice)")
        }
        isStarted = true
        (self.path, process, handle) = (path, id, clinux_open_process(id))
        (input, output, errors) = (ends[0][1], ends[1][0], ends[2][0])
    }

    private static func start(
        _ command: [String],
        _ user: String?,
        _ input: CInt,
        _ output: CInt,
        _ errors: CInt,
        _ process: inout pid_t
    ) throws -> CInt {
        var rights = clinux_user()
        if let user {
            guard geteuid() == 0 else {
                throw ChildProcess.Failure(description: "only root can start a program as \(user); leave user out")
            }
            let code = clinux_find_user(user, &rights)
            guard code == 0 else {
                throw ChildProcess.Failure(description: "no user is called \(user): \(String(cString: strerror(code)))")
            }
        }
        let kept: [String] = ["PATH", "LANG", "LC_ALL", "TZ"].compactMap { (name: String) in
            getenv(name).map { "\(name)=\(String(cString: $0))" }
        }
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = kept.map { strdup($0) } + [nil]
        defer { for text in arguments + environment { free(text) } }
        return withUnsafePointer(to: rights) { rights in
            arguments.withUnsafeMutableBufferPointer { arguments in
                environment.withUnsafeMutableBufferPointer { environment in
                    guard let words = arguments.baseAddress, let path = words.pointee,
                        let variables = environment.baseAddress
                    else { return ENOENT }
                    var order = clinux_start(
                        program: path,
                        arguments: words,
                        environment: variables,
                        input: input,
                        output: output,
                        errors: errors,
                        user: user == nil ? nil : rights
                    )
                    return clinux_start_program(&order, &process)
                }
            }
        }
    }

    deinit {
        for end in [input, output, errors, handle] where end >= 0 { close(end) }
    }

    /// Gives it an empty line, as a sign that a reading is wanted.
    ///
    /// - Returns: whether there was room for it.
    public func nudge() -> Bool {
        var line = UInt8(ascii: "\n")
        return write(input, &line, 1) == 1
    }

    /// Asks it to end, with what it has started.
    public func ask() { kill(-process, SIGTERM) }

    /// Whether it has ended.
    public var hasEnded: Bool { Self.hasEnded(handle, within: 0) }

    /// Ends it at once, with what it has started, and says how it ended.
    ///
    /// To be called once, at last: nobody else waits for it.
    ///
    /// - Returns: `nil` when it does not end: it waits in the kernel for a device, or has more rights than we have.
    public func end() -> End? { Self.end(process, handle) }

    /// The same for a process of somebody else and its descriptor.
    static func end(_ process: pid_t, _ handle: CInt) -> End? {
        // Before it is waited for: until then its number cannot be another one's.
        kill(-process, SIGKILL)
        return hasEnded(handle, within: patience) ? End(of: process) : nil
    }

    /// How it ended by itself; what it has started is ended.
    ///
    /// To be called once, when `handle` is readable.
    public func collect() -> End {
        var information = siginfo_t()
        _ = waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT)
        kill(-process, SIGKILL)
        return End(of: process)
    }

    /// The milliseconds that a process may take to end once it was killed, while nobody else has a turn.
    private static let patience: CInt = 300

    /// Whether a process ends within so many milliseconds.
    private static func hasEnded(_ handle: CInt, within pause: CInt) -> Bool {
        var state = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
        return retryingInterrupts { Int(poll(&state, 1, pause)) }.value > 0
    }

    /// What waits at a descriptor, at most so much; `nil` at its end.
    public static func take(_ descriptor: CInt, atMost count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        while true {
            let got = read(descriptor, &bytes, count)
            if got < 0, errno == EINTR { continue }
            if got < 0 { return errno == EAGAIN ? [] : nil }
            return got == 0 ? nil : Array(bytes[..<got])
        }
    }
}
