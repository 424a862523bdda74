public import Glibc
import MeterCore

/// A Unix socket at which other programs of this machine connect; it goes when this goes out of use.
public final class LocalServer: Sendable {
    /// The reason why nobody can connect: another program listens there, or the system gives no socket.
    public enum Failure: Error { case inUse, refused }

    private let path: String
    private let listener: CInt

    /// Listens.
    ///
    /// - Parameters:
    ///   - path: of the socket; one that a program left which has ended is replaced.
    ///   - type: `SOCK_STREAM` or `SOCK_SEQPACKET`.
    ///   - mode: the right to connect, as `chmod` writes it.
    /// - Throws: `inUse` when another program listens there, `refused` when there is no socket to be had.
    public init(_ path: String, _ type: __socket_type, mode: mode_t) throws(Failure) {
        if let other = Self.connection(to: path, type) {
            close(other)
            throw .inUse
        }
        try? DiskFile.remove(path)
        let bound = try? OwnerRights.using(at: path) { _ in openUnixSocket(path, type) { bind($0, $1, $2) } }
        guard let listener = bound.flatMap({ $0 }) else { throw .refused }
        guard (try? DiskFile.permit(mode, path)) != nil, listen(listener, 4) == 0 else {
            close(listener)
            throw .refused
        }
        self.path = path
        self.listener = listener
    }

    /// Closes and removes the socket; on a disk that does not answer it is left behind.
    deinit {
        close(listener)
        let disk = DiskThread(name: "socket")
        disk.enqueue { [path] in try? DiskFile.remove(path) }
        disk.drain(within: .milliseconds(200))
    }

    /// Serves who connects, one after the other, until the task is cancelled.
    ///
    /// - Parameter serve: gets a descriptor, which is closed afterwards.
    public func serve(_ serve: (CInt) async -> Void) async {
        while let client = await nextClient() {
            defer { close(client) }
            await serve(client)
        }
    }

    /// Serves who connects, several at once, until the task is cancelled: one who takes long keeps no other waiting.
    ///
    /// - Parameters:
    ///   - most: the number of those that are served; others wait.
    ///   - serve: gets a descriptor, which is closed afterwards.
    public func serve(atOnce most: Int, _ serve: @escaping @Sendable (CInt) async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            var count = 0
            while let client = await nextClient() {
                if count >= most { await group.next() } else { count += 1 }
                group.addTask {
                    defer { close(client) }
                    await serve(client)
                }
            }
            group.cancelAll()
        }
    }

    /// The next one who connects; `nil` when the task is cancelled.
    private func nextClient() async -> CInt? {
        while (try? await EventLoop.main.waitUntilReadable(listener)) != nil {
            let client = accept(listener, nil, nil)
            if client >= 0 { return client }
            // No descriptor is left for it: the caller is still there in a second.
            try? await EventLoop.main.sleep(for: .seconds(1))
        }
        return nil
    }

    /// Connects to such a socket; `nil` when nobody listens there, or answers within three seconds.
    ///
    /// A program that hangs, or was stopped, takes a few connections without a word, and then none.
    public static func connection(to path: String, _ type: __socket_type) -> CInt? {
        openUnixSocket(path, type) { descriptor, address, length in
            wait(atMost: timeval(tv_sec: 3, tv_usec: 0), descriptor)
            return connect(descriptor, address, length)
        }
    }

    /// Sends everything to who has connected, as fast as it is read.
    ///
    /// Most answers fit into the kernel's buffer. One who does not read on for half a second gets no more: others wait.
    public static func send(_ bytes: [UInt8], to client: CInt) async {
        let patience = Duration.milliseconds(500)
        var (done, giveUpAt) = (0, EventLoop.main.now + patience)
        while done < bytes.count {
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            let (count, code) = bytes.withUnsafeBytes { buffer in
                let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
                return retryingInterrupts { Glibc.send(client, rest.baseAddress, rest.count, flags) }
            }
            if count > 0 {
                done += count
                giveUpAt = EventLoop.main.now + patience
                continue
            }
            guard code == EAGAIN, EventLoop.main.now < giveUpAt,
                (try? await EventLoop.main.sleep(for: .milliseconds(5))) != nil
            else { return }
        }
    }

    /// Limits the time that reading from a socket and writing to it may wait, each time.
    public static func wait(atMost patience: timeval, _ socket: CInt) {
        var patience = patience
        for wait in [SO_SNDTIMEO, SO_RCVTIMEO] {
            setsockopt(socket, SOL_SOCKET, wait, &patience, socklen_t(MemoryLayout.size(ofValue: patience)))
        }
    }
}
