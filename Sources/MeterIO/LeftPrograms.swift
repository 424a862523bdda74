import Glibc
import Synchronization

/// Programs that nobody waits for any more and that have not ended: killed in vain, or their source is no longer there.
///
/// The kernel keeps a number for each until its end is asked for, and a unit has room for some dozens. It is asked for
/// whenever a program is started, and once a minute by the running box.
public enum LeftPrograms {
    private static let processes = Mutex<[pid_t]>([])
    /// The most that there may be, 16; then none is started: each event would leave one more.
    private static let most = 16

    /// True when there are so many that something is wrong.
    static var areTooMany: Bool { processes.withLock { $0.count >= most } }

    /// Takes over a process that may end at any time, or never.
    static func leave(_ process: pid_t) { processes.withLock { $0.append(process) } }

    /// Lets the kernel forget those that have ended; waits for none.
    public static func collect() {
        processes.withLock { processes in processes.removeAll { waitpid($0, nil, WNOHANG) != 0 } }
    }
}
