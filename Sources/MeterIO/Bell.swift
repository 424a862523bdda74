import CLinux
import Glibc
public import MeterCore

/// Wakes a thread that waits in a system call, through an eventfd(2).
public final class Bell: Sendable {
    /// The descriptor to give poll(2): readable once the bell was rung, and from then on until it is silenced.
    public let fileDescriptor: CInt

    /// Makes a bell.
    ///
    /// - Throws: `SystemError` when the process has no descriptor left.
    public init() throws(SystemError) {
        fileDescriptor = clinux_open_event()
        guard fileDescriptor >= 0 else { throw SystemError("make", on: "a bell", code: errno) }
    }

    deinit { close(fileDescriptor) }

    /// Wakes the thread, now or at its next wait; it may be rung from any thread, and more than once.
    public func ring() {
        var one: UInt64 = 1
        write(fileDescriptor, &one, MemoryLayout.size(ofValue: one))
    }

    /// Lets the calling thread sleep for some seconds, to the millisecond, or until the bell is rung.
    public func wait(_ seconds: Double) {
        var bell = pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&bell, 1, CInt(seconds * 1000))
    }

    /// Takes back that it was rung.
    public func silence() {
        var count: UInt64 = 0
        _ = read(fileDescriptor, &count, MemoryLayout.size(ofValue: count))
    }
}
