import CLinux
import Glibc

/// Wakes a thread that waits in a system call.
public final class Bell: Sendable {
    /// Readable once it was rung.
    public let fileDescriptor: CInt

    /// Makes a bell.
    ///
    /// - Throws: when the process has no descriptor left.
    public init() throws(SystemError) {
        fileDescriptor = clinux_open_event()
        guard fileDescriptor >= 0 else { throw SystemError("make", on: "a bell", code: errno) }
    }

    deinit { close(fileDescriptor) }

    public func ring() {
        var one: UInt64 = 1
        write(fileDescriptor, &one, MemoryLayout.size(ofValue: one))
    }
}
