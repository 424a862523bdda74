import CHTTPD
import Glibc
public import MeterCore
import Synchronization

/// A small HTTP server: without files, without TLS, and without a thread.
///
/// Its owner waits with `waitForWork(until:)` and calls `work()`; several may. It never waits for a client: whoever takes
/// longer than ten seconds for a request is cut off, whatever it sends meanwhile. Only a request that is put aside until
/// its answer is known, and a stream, may last.
public final class HTTPServer: @unchecked Sendable {
    // Safe because: everything that changes is only touched under `turn`, by libmicrohttpd within `work()`, too.

    /// Says what to do with a request once its head has come, before its body.
    public typealias Judge = @Sendable (borrowing RequestHead) -> RequestVerdict

    /// The numbers of those that are served at once.
    public struct Limits: Sendable {
        /// The connections, in all and from one address, so that one device gone mad leaves room for the others.
        var connections: UInt32 = 64
        var perAddress: UInt32 = 32
        /// The streams.
        var streams = 0

        /// The limits of a server that answers each request at once: 64 connections, 32 from one address.
        public init() {}

        /// The limits of a server with streams, which keep their connections.
        public init(connections: UInt32, perAddress: UInt32, streams: Int) {
            (self.connections, self.perAddress, self.streams) = (connections, perAddress, streams)
        }
    }

    /// The rounds after which a client that keeps the server busy is left to who waits for work.
    private static let mostRounds = 100
    /// The bytes of a head that are taken, 16 KiB.
    private static let largestHead = 16 << 10
    /// The time that a request, or the pause before the next one, may take.
    static let patience = Duration.seconds(10)

    /// The address and port at which it listens.
    public let address: ListenAddress
    let judge: Judge
    let limits: Limits
    /// The right to touch what changes; held during `work()`.
    private let turn = Mutex(())
    private(set) var server: UnsafeMutableRawPointer?
    /// libmicrohttpd's own descriptor: readable when there is work.
    private let descriptor: CInt
    /// The end of each connection's patience, by its socket.
    var deadlines: [CInt: Uptime] = [:]
    /// Streams that have sent all, whose connections are put aside.
    var idle: [ObjectIdentifier: Exchange] = [:]
    /// The requests that are put aside until their answers come.
    var pending = 0
    /// The streams that are open, by their channel.
    var streams: [Int: Int] = [:]
    /// The newest message of each channel.
    var newest: [Int: StreamMessage] = [:]
    /// The number of the last message, of whichever channel.
    private var lastMessage = 0

    /// Listens.
    ///
    /// - Parameters:
    ///   - address: of this machine, or `0.0.0.0` for all of its addresses.
    ///   - limits: the numbers of those that are served at once.
    ///   - judge: asked for each request, within `work()`.
    /// - Throws: `HTTPServerError` when the library is missing, the address is in use or no socket is to be had.
    public init(at address: ListenAddress, limits: Limits = Limits(), judge: @escaping Judge) throws {
        guard chttpd_is_there() else { throw HTTPServerError.noLibrary }
        self.address = address
        self.judge = judge
        self.limits = limits
        let listener: CInt
        do throws(SystemError) { listener = try address.listen() } catch { throw HTTPServerError.cannotListen(error) }
        // A callback needs an object that is whole.
        let context = Context()
        var calls = Self.calls
        let started = chttpd_start(
            listener,
            limits.connections,
            limits.perAddress,
            Self.largestHead,
            &calls,
            Unmanaged.passUnretained(context).toOpaque()
        )
        guard let started else {
            close(listener)
            throw HTTPServerError.cannotStart("\(address)")
        }
        self.context = context
        server = started
        descriptor = chttpd_descriptor(started)
        context.server = self
    }

    private let context: Context

    deinit {
        guard let server else { return }
        for exchange in idle.values { exchange.connection.map { chttpd_resume($0) } }
        chttpd_stop(server)
    }

    /// Waits until there may be work.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func waitForWork(until deadline: Uptime) async throws {
        let next = turn.withLock { _ in
            let pause = server.map { chttpd_pause($0) } ?? -1
            // A request that was put aside goes on while its owner waits here; then its patience begins.
            let times = [
                deadlines.values.min(), pause >= 0 ? .now + .milliseconds(pause) : nil,
                pending > 0 ? .now + Self.patience : nil,
            ]
            return min(deadline, times.compactMap { $0 }.min() ?? deadline)
        }
        try await EventLoop.main.waitUntilReadable(descriptor, until: next)
    }

    /// Does what there is to do: reads requests, asks the judge, answers, and cuts late clients off.
    public func work() {
        turn.withLock { _ in
            guard let server else { return }
            chttpd_work(server)
            let now = Uptime.now
            let late = deadlines.filter { $0.value <= now }.map(\.key)
            guard !late.isEmpty else { return }
            for client in late {
                shutdown(client, Int32(SHUT_RDWR))
                deadlines[client] = now + Self.patience
            }
            chttpd_work(server)
        }
    }

    // MARK: - What is answered later

    /// Goes on with a request whose answer has come, from any thread but those of `work()`.
    func goOn() {
        turn.withLock { _ in
            pending -= 1
            if let server { workNow(server) }
        }
    }

    /// Sends a message to all streams of a channel; one that has not taken the message before gets this one only.
    public func publish(_ bytes: [UInt8], to channel: Int) {
        turn.withLock { _ in
            guard let server else { return }
            lastMessage += 1
            newest[channel] = StreamMessage(number: lastMessage, bytes: bytes)
            for (key, exchange) in idle where exchange.channel == channel {
                idle[key] = nil
                if let connection = exchange.connection { chttpd_resume(connection) }
            }
            workNow(server)
        }
    }

    /// The channels that have streams.
    public var channels: [Int] { turn.withLock { _ in Array(streams.keys) } }

    /// Does all that can be done without waiting: who waits in `waitForWork` does not know of it.
    private func workNow(_ server: UnsafeMutableRawPointer) {
        for _ in 0..<Self.mostRounds {
            chttpd_work(server)
            if chttpd_pause(server) != 0 { return }
        }
    }
}
