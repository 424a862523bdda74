import CLinux
import Glibc
public import MeterCore

/// Tells when something changed in a folder of this machine (inotify).
///
/// Files that come, change or are moved in count; those in its own folders do not. Changes that another machine makes
/// on a network folder cannot be seen.
public final class FolderWatch: Sendable {
    private let descriptor: CInt

    /// Begins to watch.
    ///
    /// - Throws: `DiskError` when there is no such folder, or it may not be read.
    public init(_ path: String) throws(DiskError) {
        descriptor = clinux_watch_folder(path)
        guard descriptor >= 0 else { throw DiskError(path, .watch, errno) }
    }

    deinit { close(descriptor) }

    /// Waits until something has changed since the last call, or until a time.
    ///
    /// - Returns: true when something has.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func wait(until deadline: Uptime) async throws -> Bool {
        try await EventLoop.main.waitUntilReadable(descriptor, until: deadline)
        // The events themselves do not matter: the folder is looked through.
        var events = [UInt8](repeating: 0, count: 16 << 10)
        var hasChanged = false
        while read(descriptor, &events, events.count) > 0 { hasChanged = true }
        return hasChanged
    }
}
