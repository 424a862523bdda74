import Foundation
import Glibc
import Synchronization

/// A program that was started: its number, and how it ended.
///
/// By `posix_spawn` itself. Foundation's `Process` lists all that is open each time it starts a program, in many threads
/// at once, and was seen to read past the end of that list where hundreds of pipes were open; what a program must not
/// inherit is closed by the system here.
final class StartedProgram: Sendable {
    let identifier: Int32
    private let ended = Mutex<Int32?>(nil)

    /// Starts a program in a group of its own, with the signals of a program that a shell starts.
    ///
    /// - Parameters:
    ///   - arguments: its path and its arguments.
    ///   - input: what its standard input reads, a file descriptor.
    ///   - output: what its standard output writes to.
    ///   - errors: likewise, or nothing where they are of no interest.
    /// - Throws: `POSIXError` when it cannot be started.
    init(_ arguments: [String], input: Int32, output: Int32, errors: Int32?) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        if let errors {
            posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        }
        try Self.closeAll(&actions, from: STDERR_FILENO + 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of the pool hold signals back: a server would hear of no child's end, and not that it is to end.
        var (none, usual) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigemptyset(&usual)
        for signal in [SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD] { sigaddset(&usual, signal) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        var words = arguments.map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for word in words + variables { free(word) } }
        var number: pid_t = 0
        let error = posix_spawn(&number, arguments[0], &actions, &attributes, &words, &variables)
        guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .EINVAL) }
        identifier = number
    }

    /// Has the program begin without what is open here; glibc 2.34 and later, hidden from Swift's Glibc.
    private static func closeAll(_ actions: inout posix_spawn_file_actions_t, from first: Int32) throws {
        typealias Call = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
        guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { throw POSIXError(.ENOSYS) }
        guard unsafeBitCast(symbol, to: Call.self)(&actions, first) == 0 else { throw POSIXError(.ENOMEM) }
    }

    /// Sends it a signal, unless it has ended.
    func send(_ signal: Int32) {
        ended.withLock { if $0 == nil { _ = kill(identifier, signal) } }
    }

    /// Waits until it has ended, whatever it left behind.
    ///
    /// - Returns: its exit code, or the signal that ended it.
    @discardableResult
    func wait() -> Int32 {
        wait(until: WEXITED)
        return ended.withLock { known in
            if let known { return known }
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            let code = status & 0x7F == 0 ? status >> 8 & 0xFF : status & 0x7F
            known = code
            return code
        }
    }

    /// Waits until it has ended (`WEXITED`) or stands still (`WSTOPPED`).
    func wait(until change: Int32) {
        guard ended.withLock({ $0 == nil }) else { return }
        var state = siginfo_t()
        while waitid(P_PID, id_t(identifier), &state, change | WNOWAIT) != 0, errno == EINTR {}
    }
}
