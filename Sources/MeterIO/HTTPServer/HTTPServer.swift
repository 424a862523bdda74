import CHTTPD
import Glibc
public import MeterCore
import MeterNotation
import Synchronization

/// A small HTTP server for devices that post what they measure: without files, without TLS, and without a thread.
///
/// Its owner waits with `waitForWork(until:)` and calls `work()`; several may. It never waits for a client: whoever takes
/// longer than ten seconds for a request is cut off, whatever it sends meanwhile.
public final class HTTPServer: @unchecked Sendable {
    // Safe because: everything that changes is only touched under `turn`, by libmicrohttpd within `work()`, too.

    /// Says what to do with a request once its head has come, before its body.
    public typealias Judge = @Sendable (borrowing RequestHead) -> RequestVerdict

    /// The connections at once, in all and from one address, so that one device gone mad leaves room for the others.
    private static let (mostConnections, mostPerAddress): (UInt32, UInt32) = (64, 32)
    /// The bytes of a head that are taken, 16 KiB.
    private static let largestHead = 16 << 10
    /// The time that a request, or the pause before the next one, may take.
    private static let patience = Duration.seconds(10)

    /// The address and port at which it listens.
    public let address: ListenAddress
    private let judge: Judge
    /// The right to touch what changes; held during `work()`.
    private let turn = Mutex(())
    private var server: UnsafeMutableRawPointer?
    /// libmicrohttpd's own descriptor: readable when there is work.
    private let descriptor: CInt
    /// The end of each connection's patience, by its socket.
    private var deadlines: [CInt: Uptime] = [:]

    /// Listens.
    ///
    /// - Parameters:
    ///   - address: of this machine, or `0.0.0.0` for all of its addresses.
    ///   - judge: asked for each request, within `work()`.
    /// - Throws: `HTTPServerError` when the library is missing, the address is in use or no socket is to be had.
    public init(at address: ListenAddress, judge: @escaping Judge) throws {
        guard chttpd_is_there() else { throw HTTPServerError.noLibrary }
        self.address = address
        self.judge = judge
        let listener: CInt
        do throws(SystemError) { listener = try address.listen() } catch { throw HTTPServerError.cannotListen(error) }
        // A callback needs an object that is whole.
        let context = Context()
        var calls = Self.calls
        let started = chttpd_start(
            listener,
            Self.mostConnections,
            Self.mostPerAddress,
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

    deinit { if let server { chttpd_stop(server) } }

    /// Waits until there may be work.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func waitForWork(until deadline: Uptime) async throws {
        let next = turn.withLock { _ in
            let pause = server.map { chttpd_pause($0) } ?? -1
            let times = [deadlines.values.min(), pause >= 0 ? .now + .milliseconds(pause) : nil].compactMap { $0 }
            return min(deadline, times.min() ?? deadline)
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

    // MARK: - Calls of libmicrohttpd, within `work()`

    /// The server as its callbacks find it, without being kept alive by them.
    private final class Context { weak var server: HTTPServer? }

    /// A request under way.
    private final class Exchange {
        /// The bytes of the body that are kept for the answer.
        var body: [UInt8] = []
        /// The number of all of its bytes so far, those that were thrown away, too.
        var count = 0
        /// True once an answer was given, of which HTTP has only one.
        var isAnswered = false
        /// Has the answer that comes later; `nil` unless the request was put aside.
        var pending: PendingRequest?
        /// The judge's word on it.
        let verdict: RequestVerdict

        init(_ verdict: RequestVerdict) { self.verdict = verdict }
    }

    /// The bytes that are thrown away of a body whose answer is known, before the connection is cut instead: 1 MiB.
    ///
    /// A client that is still sending reads no answer.
    private static let mostThrownAway = 1 << 20

    private static let calls = chttpd_calls(
        begin: { context, connection, method, path in
            let server = Unmanaged<Context>.fromOpaque(context).takeUnretainedValue().server
            let head = RequestHead(
                method: String(cString: method),
                path: String(cString: path),
                connection: connection
            )
            guard let exchange = server?.begin(head, connection) else { return nil }
            return Unmanaged.passRetained(exchange).toOpaque()
        },
        receive: { _, request, bytes, count in
            let exchange = Unmanaged<Exchange>.fromOpaque(request).takeUnretainedValue()
            exchange.count += count
            guard case .take(let largest, _) = exchange.verdict, exchange.count <= largest else {
                exchange.body = []
                return exchange.count <= HTTPServer.mostThrownAway
            }
            exchange.body += UnsafeRawBufferPointer(start: bytes, count: count)
            return true
        },
        finish: { context, request, connection in
            let server = Unmanaged<Context>.fromOpaque(context).takeUnretainedValue().server
            server?.finish(Unmanaged<Exchange>.fromOpaque(request).takeUnretainedValue(), connection)
        },
        end: { context, request, connection in
            Unmanaged<Exchange>.fromOpaque(request).release()
            let server = Unmanaged<Context>.fromOpaque(context).takeUnretainedValue().server
            server?.deadlines[chttpd_socket(connection)] = .now + HTTPServer.patience
        },
        opened: { context, client in
            let server = Unmanaged<Context>.fromOpaque(context).takeUnretainedValue().server
            server?.deadlines[client] = .now + HTTPServer.patience
        },
        closed: { context, client in
            Unmanaged<Context>.fromOpaque(context).takeUnretainedValue().server?.deadlines[client] = nil
        }
    )

    /// Asks the judge, and refuses a body that is too large by its `Content-Length` before it comes.
    private func begin(_ head: borrowing RequestHead, _ connection: UnsafeMutableRawPointer) -> Exchange {
        let exchange = Exchange(judge(head))
        let length = head.header("content-length").flatMap { Int($0) } ?? 0
        let most =
            switch exchange.verdict {
            case .take(let largest, _): largest
            case .refuse: Self.mostThrownAway
            }
        // Before such a body is sent, if the client asks first as curl does.
        if length > most {
            exchange.isAnswered = true
            if case .refuse(let answer) = exchange.verdict {
                Self.send(answer, connection)
            } else {
                Self.send(Self.tooLarge(most), connection)
            }
        }
        return exchange
    }

    /// Gives the answer once all has come, unless there was one; called again when one that was put off is there.
    private func finish(_ exchange: Exchange, _ connection: UnsafeMutableRawPointer) {
        guard !exchange.isAnswered else { return }
        var answer: ServedAnswer?
        switch exchange.verdict {
        case .refuse(let refusal): answer = refusal
        case .take(let largest, _) where exchange.count > largest: answer = Self.tooLarge(largest)
        case .take(_, let take):
            if let pending = exchange.pending {
                answer = pending.answer
            } else {
                let pending = PendingRequest(connection)
                answer = take(exchange.body, ServedReply(pending))
                exchange.body = []
                exchange.pending = pending
                if answer == nil { answer = pending.putAside(self) }
            }
        }
        guard let answer else { return }
        exchange.isAnswered = true
        Self.send(answer, connection)
    }

    private static func tooLarge(_ largest: Int) -> ServedAnswer {
        ServedAnswer(413, "that is more than the \(ByteCountText.format(largest)) that are taken at once")
    }

    /// Sends a sentence as plain text that nobody keeps; status 204 has no text.
    private static func send(_ answer: ServedAnswer, _ connection: UnsafeMutableRawPointer) {
        let text = answer.status == 204 ? [] : [UInt8]((answer.sentence + "\n").utf8)
        let headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")] + answer.headers
        let words = headers.flatMap { [strdup($0.0), strdup($0.1)] }
        defer { for word in words { free(word) } }
        let pointers = words.compactMap { $0.map { UnsafePointer($0) } }
        text.withUnsafeBytes { bytes in
            let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            withUnsafePointer(to: CChar(0)) { nothing in
                _ = chttpd_answer(
                    connection,
                    UInt32(answer.status),
                    start ?? nothing,
                    text.count,
                    pointers,
                    pointers.count
                )
            }
        }
    }
}

/// A server of ours that does not start, as a sentence that says what to do.
public enum HTTPServerError: Error, Sendable, CustomStringConvertible {
    /// libmicrohttpd is not installed.
    case noLibrary
    /// The system gives no socket there.
    case cannotListen(SystemError)
    /// libmicrohttpd itself refuses, at this address.
    case cannotStart(String)

    public var description: String {
        switch self {
        case .noLibrary: "listening needs libmicrohttpd; install it with: sudo apt install libmicrohttpd12"
        case .cannotListen(let error) where error.code == EADDRINUSE:
            "\(error); another program listens there already. If it is boxenergie run, boxenergie status shows what comes "
                + "in; else choose another port in listen"
        case .cannotListen(let error) where error.code == EADDRNOTAVAIL:
            "\(error); listen must be an address of this machine: ip addr shows them, 0.0.0.0 is all of them"
        case .cannotListen(let error) where error.code == EACCES:
            "\(error); choose a port from 1024 on in listen"
        case .cannotListen(let error): "\(error)"
        case .cannotStart(let address): "cannot listen at \(address): libmicrohttpd did not start"
        }
    }
}
