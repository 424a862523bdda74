import CLinux
import Glibc
import MeterCore
import MeterNotation
import Synchronization

/// A program that runs beside this one, in a process group of its own, without a shell.
///
/// It has three descriptors, its input and its outputs, and four variables where we have them: `PATH`, `LANG`, `LC_ALL`
/// and `TZ`. No connection, no file and no secret of ours reaches it. Its output is read when its owner wants it: until
/// then it waits. Programs that it starts end with it, unless they leave the group.
public final class Program: Sendable {
    /// A program that did not do its work, as a sentence.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public var description: String

        init(_ description: String) { self.description = description }

        /// The failure to start a program, with what to do.
        init(starting path: String, _ code: CInt) {
            let advice =
                switch code {
                case ENOENT: said("; is the path right, and the program in the first line of a script there?")
                case EACCES: said("; make it executable: chmod +x \(path)")
                case ENOEXEC: said("; a script needs a first line such as #!/bin/sh")
                case EPERM: said("; only root can start it as another user")
                default: ""
                }
            description = said("cannot start \(path): \(String(cString: strerror(code)))\(advice)")
        }
    }

    /// The conditions that a program is started under.
    public struct Start: Sendable {
        /// The user whose rights it has, which only root can give; `nil` for ours.
        public var user: String?
        /// The bytes that it reads, at most 60 000, which the kernel holds for it; `nil` to go on nudging it.
        public var input: [UInt8]?
        /// True when its output is kept for its owner, false when it is thrown away.
        public var keepsOutput = true

        /// Makes conditions with our own rights, or those of a user.
        public init(user: String? = nil) { self.user = user }
    }

    /// The end of a program.
    public struct End: Sendable, Hashable {
        /// The status as waitpid(2) gives it: a code and a signal in one number.
        public var status: CInt

        /// The end of a process; waits until it has come.
        init(of process: pid_t) {
            var status: CInt = 0
            _ = retryingInterrupts { Int(waitpid(process, &status, 0)) }
            self.status = status
        }

        /// True for code 0 and no signal.
        public var isGood: Bool { status == 0 }
        /// The end of a sentence: `ended with code 1`, `was ended by signal 9`.
        public var inWords: String {
            // Exited by itself, or by a signal: the low seven bits.
            status & 0x7F == 0
                ? said("ended with code \(status >> 8 & 0xFF)") : said("was ended by signal \(status & 0x7F)")
        }
    }

    /// The path of the program.
    public let path: String
    /// The descriptor of the process: readable when it has ended.
    public let handle: CInt
    /// The descriptor of its standard output, which does not block; -1 when that is thrown away.
    public let output: CInt
    /// The descriptor of its standard error, which does not block.
    public let errors: CInt
    /// The descriptor of its standard input; -1 when that was given at the start.
    private let input: CInt
    /// The descriptor of the word about its start: readable once it has begun, or could not.
    private let word: CInt
    /// The number of the process and of its group.
    private let process: pid_t
    /// True once its end was taken from the kernel: its number may be another one's from then on.
    private let isCollected = Atomic(false)

    /// Starts it, and does not wait for the disk that it is on: see `isBeginning` and `failureOfStart`.
    ///
    /// To be called on a thread that stays, as the event loop's does: the kernel ends the program with the thread that
    /// started it (PR_SET_PDEATHSIG in prctl(2)), so that nothing of a killed box goes on.
    ///
    /// - Parameters:
    ///   - command: its full path and its arguments.
    ///   - start: its rights, its input and its variables.
    /// - Throws: `Failure`, a sentence that says what to do.
    public init(_ command: [String], _ start: Start = Start()) throws(Failure) {
        let path = command.first ?? ""
        LeftPrograms.collect()
        guard !LeftPrograms.areTooMany else {
            throw Failure(said("\(path) is not started: too many programs do not end, even when they are killed"))
        }
        var ends = [[CInt]](repeating: [-1, -1], count: 3)
        var kept: [CInt] = []
        defer { for end in ends.flatMap({ $0 }) where end >= 0 && !kept.contains(end) { close(end) } }
        for place in ends.indices {
            let isThrownAway = place == 1 && !start.keepsOutput
            if isThrownAway { ends[place][1] = open("/dev/null", O_WRONLY | O_CLOEXEC) }
            guard isThrownAway ? ends[place][1] >= 0 : clinux_open_pipe(&ends[place]) == 0 else {
                throw Failure(starting: path, errno)
            }
        }
        for end in [ends[0][1], ends[1][0], ends[2][0]] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        if let input = start.input {
            // Before the program is there: it may end without reading.
            _ = input.withUnsafeBytes { write(ends[0][1], $0.baseAddress, min($0.count, 60_000)) }
        }
        var (id, word): (pid_t, CInt) = (0, -1)
        let code = try Self.start(command, start, ends[0][0], ends[1][1], ends[2][1], &id, &word)
        guard code == 0 else { throw Failure(starting: path, code) }
        self.word = word
        (self.path, process, handle) = (path, id, clinux_open_process(id))
        (input, output, errors) = (start.input == nil ? ends[0][1] : -1, ends[1][0], ends[2][0])
        kept = [input, output, errors]
    }

    /// Starts the process with its rights, its variables and its ends of the three pipes.
    ///
    /// - Throws: `Failure` when there is no such user, or we may not give their rights.
    private static func start(
        _ command: [String],
        _ start: Start,
        _ input: CInt,
        _ output: CInt,
        _ errors: CInt,
        _ process: inout pid_t,
        _ word: inout CInt
    ) throws(Failure) -> CInt {
        var rights = clinux_user()
        if let user = start.user {
            guard geteuid() == 0 else {
                throw Failure(said("only root can start a program as \(user); leave user out"))
            }
            let code = clinux_find_user(user, &rights)
            guard code == 0 else {
                throw Failure(said("no user is called \(user): \(String(cString: strerror(code)))"))
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
                        user: start.user == nil ? nil : rights
                    )
                    return clinux_start_program(&order, &process, &word)
                }
            }
        }
    }

    deinit {
        if !isCollected.load(ordering: .relaxed) { LeftPrograms.leave(process) }
        for end in [input, output, errors, handle, word] where end >= 0 { close(end) }
    }

    /// True while the system still fetches it from its disk.
    public var isBeginning: Bool { !Self.isReadable(word, within: 0) }

    /// The reason for which it could not be started, to be asked for once it has ended.
    public var failureOfStart: Failure? {
        var code: CInt = 0
        guard !isBeginning, read(word, &code, MemoryLayout.size(ofValue: code)) > 0 else { return nil }
        return Failure(starting: path, code)
    }

    /// Gives it an empty line, as a sign that a reading is wanted.
    ///
    /// - Returns: true when there was room for it; false when the program has not read for long, or has ended.
    public func nudge() -> Bool {
        var line = UInt8(ascii: "\n")
        return write(input, &line, 1) == 1
    }

    /// Asks it to end, with what it has started (SIGTERM).
    public func ask() { kill(-process, SIGTERM) }

    /// True when it has ended; it need not have been collected.
    public var hasEnded: Bool { hasEnded(within: 0) }

    /// Ends it at once, with what it has started, and says how it ended.
    ///
    /// To be called once, at last: nobody else waits for it.
    ///
    /// - Returns: `nil` when it does not end: it waits in the kernel for a device, or has more rights than we have. Once
    ///   it ends after all, `LeftPrograms` collects it.
    public func end() -> End? {
        // Before it is waited for: until then its number cannot be another one's.
        kill(-process, SIGKILL)
        return hasEnded(within: Self.patience) ? takeEnd() : nil
    }

    /// The end of a program that ended by itself.
    ///
    /// To be called once, when `handle` is readable.
    ///
    /// - Parameter sparesOthers: programs that it has started go on, if true.
    /// - Returns: its code or its signal.
    public func collect(sparesOthers: Bool = false) -> End {
        if !sparesOthers {
            // While its number is still its own.
            var information = siginfo_t()
            _ = waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT)
            kill(-process, SIGKILL)
        }
        return takeEnd()
    }

    private func takeEnd() -> End {
        isCollected.store(true, ordering: .relaxed)
        return End(of: process)
    }

    /// The milliseconds that a process may take to end once it was killed, while nobody else has a turn.
    private static let patience: CInt = 300

    /// True when the process ends within so many milliseconds.
    private func hasEnded(within pause: CInt) -> Bool { Self.isReadable(handle, within: pause) }

    private static func isReadable(_ descriptor: CInt, within pause: CInt) -> Bool {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return retryingInterrupts { Int(poll(&state, 1, pause)) }.value > 0
    }

    /// Takes the bytes that wait at a descriptor, at most so many; `nil` at its end.
    ///
    /// Empty when nothing has come yet.
    public static func take(_ descriptor: CInt, atMost count: Int) -> [UInt8]? {
        var code: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let got = retryingInterrupts { read(descriptor, buffer.baseAddress, count) }
            (filled, code) = (max(0, got.value), got.code)
        }
        return bytes.isEmpty && code != EAGAIN ? nil : bytes
    }
}
