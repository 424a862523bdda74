import CHTTPD
import Synchronization

/// The right to answer a request later, once; one that is forgotten answers that the box has no time.
public final class ServedReply: Sendable {
    private let request: PendingRequest

    init(_ request: PendingRequest) { self.request = request }

    deinit { request.answer(ServedAnswer(503, "the box has no time for that now", headers: [("Retry-After", "10")])) }

    /// Answers, from any thread; a second answer is none.
    public func send(_ answer: ServedAnswer) { request.answer(answer) }
}

/// A request whose answer may come later; its connection is put aside meanwhile.
final class PendingRequest: @unchecked Sendable {
    // Safe because: `connection` is libmicrohttpd's, whose calls for putting aside and taking up again have locks.
    private struct State: Sendable {
        var answer: ServedAnswer?
        /// The server, kept alive while the connection is put aside.
        var server: HTTPServer?
    }

    private let state = Mutex(State())
    private let connection: UnsafeMutableRawPointer

    init(_ connection: UnsafeMutableRawPointer) { self.connection = connection }

    /// The answer, taken when the connection goes on.
    var answer: ServedAnswer? { state.withLock { $0.answer } }

    /// Puts the connection aside until there is an answer.
    ///
    /// - Returns: the answer, when it is there already; then nothing was put aside.
    func putAside(_ server: HTTPServer) -> ServedAnswer? {
        state.withLock { state in
            guard state.answer == nil else { return state.answer }
            state.server = server
            chttpd_suspend(connection)
            return nil
        }
    }

    /// Sets the answer, unless there is one, and takes the connection up again when it was put aside.
    func answer(_ answer: ServedAnswer) {
        let server = state.withLock { state -> HTTPServer? in
            guard state.answer == nil else { return nil }
            state.answer = answer
            defer { state.server = nil }
            if state.server != nil { chttpd_resume(connection) }
            return state.server
        }
        // The server may end with this, which must not happen under the lock.
        server?.goOn()
    }
}
