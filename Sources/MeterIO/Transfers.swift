import CCurl
import CLinux
import MeterNotation
import Synchronization

/// Requests of the process to servers: one libcurl multi handle on one thread.
///
/// Connections and handles are kept and reused, and nothing wakes up while nothing is under way. A request never waits
/// for another one: a server may have a connection for each that is under way, so that a database that hangs keeps no
/// other one of its server waiting. Whoever asks sees to it that they are few: an output writes one batch at a time, and
/// devices have turns.
///
/// The servers of the web share one, each server of files has its own. libcurl 7 blocks the thread while an FTP server is to
/// say that all of a file was sent, that it has deleted one, or goodbye. Where it has too many connections it says goodbye
/// on the one unused for longest, and reports the answer as the status of the transfer that was at hand: InfluxDB would wait
/// for a stopped FTP server, whose goodbye (221) would pass for InfluxDB's answer.
public final class Transfers: Sendable {
    private struct State: ~Copyable {
        /// The requests that the thread has not taken yet.
        var arrivals: [Arrival] = []
        /// The numbers of requests that were given up.
        var cancelled: Set<Int> = []
        /// The number of the newest request.
        var next = 0
        /// True once the thread was started.
        var isRunning = false
    }

    /// A request that the thread has not taken yet, and the task that waits for it.
    private struct Arrival: Sendable {
        var number: Int
        var request: TransferRequest
        var done: CheckedContinuation<TransferResponse, any Error>
    }

    /// libcurl's multi handle.
    ///
    /// Only its own thread uses it, but for `curl_multi_wakeup`, which any thread may call.
    private struct Multi: @unchecked Sendable {
        let handle: UnsafeMutableRawPointer?
        /// The TLS sessions, by which a server that is asked again need not show its certificate again.
        let sessions: UnsafeMutableRawPointer?
    }

    private let state = Mutex(State())
    private let multi: Multi

    /// The requests to servers of the web.
    public static let web = Transfers()

    /// The requests to a server of files, by its name and port: a few in the life of the process.
    public static func files(of server: String) -> Transfers {
        fileServers.withLock { servers in
            let transfers = servers[server] ?? Transfers()
            servers[server] = transfers
            return transfers
        }
    }

    private static let fileServers = Mutex<[String: Transfers]>([:])

    /// The version of libcurl that the program runs with, such as `7.88.1`.
    public static var libraryVersion: String { String(cString: ccurl_version()) }

    private init() {
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        multi = Multi(handle: curl_multi_init(), sessions: ccurl_share_sessions())
    }

    /// Makes a request and waits for the whole answer; when the task is cancelled, the request is given up at once.
    ///
    /// - Throws: `TransferError` when there is no answer. An answer with an error status is an answer.
    public func perform(_ request: TransferRequest) async throws -> TransferResponse {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { done in
                let isRunning = state.withLock { state in
                    startIfNeeded(&state)
                    if state.isRunning {
                        state.arrivals.append(Arrival(number: number, request: request, done: done))
                    }
                    return state.isRunning
                }
                guard isRunning else {
                    let sentence: Phrase = "the system has no thread left to speak to \(serverName(request.url))"
                    return done.resume(throwing: TransferError(.other, sentence))
                }
                wake()
            }
        } onCancel: {
            state.withLock { _ = $0.cancelled.insert(number) }
            wake()
        }
    }

    private func wake() {
        if let handle = multi.handle { curl_multi_wakeup(handle) }
    }

    /// The thread starts with the first request and lives as long as the process.
    private func startIfNeeded(_ state: inout State) {
        guard !state.isRunning else { return }
        let code = clinux_start_thread(
            "transfers",
            512 << 10,
            { context in
                if let context { Unmanaged<Transfers>.fromOpaque(context).takeUnretainedValue().work() }
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
        state.isRunning = code == 0
    }

    /// The thread: takes requests, lets libcurl work, and hands the ends over; it sleeps while there is none.
    private func work() {
        let sessions = multi.sessions
        guard let multi = multi.handle else { return }
        var live: [UnsafeMutableRawPointer: Transfer] = [:]
        var idle: [UnsafeMutableRawPointer] = []
        var running: CInt = 0
        while true {
            let (arrivals, cancelled) = state.withLock { state in
                let taken = (state.arrivals, state.cancelled)
                state.arrivals.removeAll()
                guard !state.cancelled.isEmpty else { return taken }
                let known = Set(live.values.map(\.number)).union(taken.0.map(\.number))
                // One that is not known yet was cancelled before it arrived here.
                state.cancelled.subtract(known)
                state.cancelled = state.cancelled.filter { $0 > state.next - 64 }
                return taken
            }
            for arrival in arrivals {
                guard !cancelled.contains(arrival.number), let handle = idle.popLast() ?? curl_easy_init() else {
                    arrival.done.resume(throwing: TransferError(.cancelled, "the request was given up"))
                    continue
                }
                let transfer = Transfer(arrival.number, arrival.request, handle: handle, done: arrival.done)
                live[handle] = transfer
                ccurl_set_pointer(handle, CURLOPT_SHARE, sessions)
                curl_multi_add_handle(multi, handle)
            }
            for transfer in live.values where cancelled.contains(transfer.number) {
                curl_multi_remove_handle(multi, transfer.handle)
                curl_easy_cleanup(transfer.handle)
                live[transfer.handle] = nil
                transfer.cancel()
            }
            curl_multi_perform(multi, &running)
            var left: CInt = 0
            while let message = curl_multi_info_read(multi, &left) {
                guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
                let code = message.pointee.data.result
                let transfer = live.removeValue(forKey: handle)
                curl_multi_remove_handle(multi, handle)
                transfer?.finish(code)
                if idle.count < 4 { idle.append(handle) } else { curl_easy_cleanup(handle) }
            }
            curl_multi_poll(multi, nil, 0, live.isEmpty ? 3_600_000 : 1000, nil)
        }
    }
}
