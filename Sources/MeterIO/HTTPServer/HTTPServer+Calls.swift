import CHTTPD
import Glibc
import MeterCore
import MeterNotation

/// A request under way, or a stream.
final class Exchange {
    /// The judge's word on it.
    let verdict: RequestVerdict
    /// The bytes of the body that are kept for the answer.
    var body: [UInt8] = []
    /// The number of all of its bytes so far, those that were thrown away, too.
    var count = 0
    /// True once an answer was given, of which HTTP has only one.
    var isAnswered = false
    /// Has the answer that comes later; `nil` unless the request was put aside.
    var pending: PendingRequest?
    /// The connection of a stream.
    var connection: UnsafeMutableRawPointer?
    /// The channel of an open stream.
    var channel: Int?
    /// The message that a stream sends, and the bytes of it that are gone.
    private var message = StreamMessage(number: 0, bytes: [])
    private var sent = 0

    init(_ verdict: RequestVerdict) { self.verdict = verdict }

    /// Begins a stream with a first message.
    func begin(_ channel: Int, first: [UInt8], number: Int, _ connection: UnsafeMutableRawPointer) {
        self.channel = channel
        self.connection = connection
        message = StreamMessage(number: number, bytes: first)
    }

    /// Bytes of the message under way, or of the newest one: whatever came between is skipped.
    ///
    /// - Returns: the number of bytes; 0 when all was sent.
    func fill(_ target: UnsafeMutableRawBufferPointer, newest: StreamMessage?) -> Int {
        if sent == message.bytes.count, let newest, newest.number > message.number { (message, sent) = (newest, 0) }
        let part = message.bytes[sent...].prefix(target.count)
        target.copyBytes(from: part)
        sent += part.count
        return part.count
    }
}

/// A message of a channel; of two the one with the larger number is the newer.
struct StreamMessage {
    let number: Int
    let bytes: [UInt8]
}

// MARK: - Calls of libmicrohttpd, within `work()`

extension HTTPServer {
    /// The server as its callbacks find it, without being kept alive by them.
    final class Context { weak var server: HTTPServer? }

    /// The bytes that are thrown away of a body whose answer is known, before the connection is cut instead: 1 MiB.
    ///
    /// A client that is still sending reads no answer.
    private static let mostThrownAway = 1 << 20
    /// The bytes that the system keeps for a stream whose client does not read: 16 KiB; else it takes megabytes.
    private static let streamBuffer: CInt = 16 << 10
    /// The milliseconds after which a stream whose client does not even acknowledge is given up; else it takes 15 min.
    private static let silentClient: CInt = 25_000

    private static func server(_ context: UnsafeMutableRawPointer) -> HTTPServer? {
        Unmanaged<Context>.fromOpaque(context).takeUnretainedValue().server
    }

    static let calls = chttpd_calls(
        begin: { context, connection, method, path in
            let head = RequestHead(
                method: String(cString: method),
                path: String(cString: path),
                connection: connection
            )
            guard let exchange = HTTPServer.server(context)?.begin(head, connection) else { return nil }
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
            HTTPServer.server(context)?
                .finish(Unmanaged<Exchange>.fromOpaque(request).takeUnretainedValue(), connection)
        },
        end: { context, request, connection in
            let exchange = Unmanaged<Exchange>.fromOpaque(request).takeRetainedValue()
            HTTPServer.server(context)?.end(exchange, connection)
        },
        fill: { context, request, bytes, most in
            let exchange = Unmanaged<Exchange>.fromOpaque(request).takeUnretainedValue()
            guard let server = HTTPServer.server(context), let channel = exchange.channel else { return -1 }
            let target = UnsafeMutableRawBufferPointer(start: bytes, count: most)
            let count = exchange.fill(target, newest: server.newest[channel])
            // The shim puts the connection aside then.
            if count == 0 { server.idle[ObjectIdentifier(exchange)] = exchange }
            return count
        },
        opened: { context, client in
            HTTPServer.server(context)?.deadlines[client] = .now + HTTPServer.patience
        },
        closed: { context, client in HTTPServer.server(context)?.deadlines[client] = nil }
    )

    /// Asks the judge, and refuses a body that is too large by its `Content-Length` before it comes.
    private func begin(_ head: borrowing RequestHead, _ connection: UnsafeMutableRawPointer) -> Exchange {
        let exchange = Exchange(judge(head))
        let length = head.header("content-length").flatMap { Int($0) } ?? 0
        let most =
            switch exchange.verdict {
            case .take(let largest, _): largest
            case .refuse, .stream: Self.mostThrownAway
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
                deadlines[chttpd_socket(connection)] = .now + Self.patience
            } else {
                let pending = PendingRequest(connection)
                answer = take(exchange.body, ServedReply(pending))
                exchange.body = []
                exchange.pending = pending
                if answer == nil { answer = pending.putAside(self) }
            }
        case .stream(let stream):
            exchange.isAnswered = true
            return begin(stream, exchange, connection)
        }
        guard let answer else {
            // Its patience ends while it waits for us.
            deadlines[chttpd_socket(connection)] = nil
            pending += 1
            return
        }
        exchange.isAnswered = true
        Self.send(answer, connection)
    }

    /// Begins a stream, unless there are too many.
    private func begin(_ stream: ServedStream, _ exchange: Exchange, _ connection: UnsafeMutableRawPointer) {
        guard let server, streams.values.reduce(0, +) < limits.streams else {
            let busy = ServedAnswer(503, "too many are watching at once", headers: [("Retry-After", "60")])
            return Self.send(busy, connection)
        }
        let socket = chttpd_socket(connection)
        var (buffer, patience) = (Self.streamBuffer, Self.silentClient)
        let size = socklen_t(MemoryLayout<CInt>.size)
        setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &buffer, size)
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &patience, size)
        exchange.begin(stream.channel, first: stream.first, number: newest[stream.channel]?.number ?? 0, connection)
        let isStreaming = Self.withHeaders(stream.headers) { headers in
            let request = Unmanaged.passUnretained(exchange).toOpaque()
            return chttpd_stream(server, connection, request, headers, headers.count)
        }
        guard isStreaming else {
            exchange.channel = nil
            return
        }
        streams[stream.channel, default: 0] += 1
        deadlines[socket] = nil
    }

    private func end(_ exchange: Exchange, _ connection: UnsafeMutableRawPointer) {
        idle[ObjectIdentifier(exchange)] = nil
        if let channel = exchange.channel, let count = streams[channel] {
            streams[channel] = count > 1 ? count - 1 : nil
        }
        exchange.connection = nil
        deadlines[chttpd_socket(connection)] = .now + Self.patience
    }

    private static func tooLarge(_ largest: Int) -> ServedAnswer {
        ServedAnswer(413, "that is more than the \(ByteCountText.format(largest)) that are taken at once")
    }

    /// Sends an answer, which nobody keeps unless it says for how long; status 204 and 304 have no body.
    private static func send(_ answer: ServedAnswer, _ connection: UnsafeMutableRawPointer) {
        let body = [204, 304].contains(answer.status) ? [] : answer.body
        var headers = answer.headers
        if answer.status != 304 { headers.append(("Content-Type", answer.type)) }
        if !headers.contains(where: { $0.name == "Cache-Control" }) { headers.append(("Cache-Control", "no-store")) }
        withHeaders(headers) { headers in
            body.withUnsafeBytes { bytes in
                let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                withUnsafePointer(to: CChar(0)) { nothing in
                    _ = chttpd_answer(
                        connection,
                        UInt32(answer.status),
                        start ?? nothing,
                        body.count,
                        headers,
                        headers.count
                    )
                }
            }
        }
    }

    /// Headers as the shim takes them: name, value, name, value.
    private static func withHeaders<Result>(
        _ headers: [(name: String, value: String)],
        _ body: ([UnsafePointer<CChar>]) -> Result
    ) -> Result {
        let words = headers.flatMap { [strdup($0.name), strdup($0.value)] }
        defer { for word in words { free(word) } }
        return body(words.compactMap { $0.map { UnsafePointer($0) } })
    }
}
