import Glibc

/// systemd, when it started the program: hears that it is ready and that it is alive.
///
/// The protocol is sd_notify(3): lines in a datagram to the socket that `NOTIFY_SOCKET` names.
public final class ServiceManager: Sendable {
    private let socket: CInt
    /// The time that the manager waits for a sign of life before it starts the program again; `nil` when it does not.
    public let watchdog: Duration?

    /// Finds the manager in the environment; `nil` where there is none.
    public init?() {
        guard let path = getenv("NOTIFY_SOCKET").map({ String(cString: $0) }),
            let socket = openUnixSocket(path, SOCK_DGRAM, { connect($0, $1, $2) })
        else { return nil }
        self.socket = socket
        watchdog = getenv("WATCHDOG_USEC").flatMap { Int64(String(cString: $0)) }.map { .microseconds($0) }
    }

    deinit { close(socket) }

    /// Sends a line such as `READY=1` or `STATUS=…`, and never waits: a manager that does not listen misses it.
    public func say(_ line: String) {
        let bytes = [UInt8](line.utf8)
        _ = bytes.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)) }
    }

    /// Says that the configuration is being read again; to be followed by `READY=1`.
    public func sayReloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        say("RELOADING=1\nMONOTONIC_USEC=\(Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)")
    }

    /// Gives a sign of life twice in the manager's time for as long as there is one, until the task is cancelled.
    public func reassure(while isAlive: () -> Bool) async {
        guard let watchdog else { return }
        while (try? await EventLoop.main.sleep(for: watchdog / 2)) != nil {
            if isAlive() { say("WATCHDOG=1") }
        }
    }
}
