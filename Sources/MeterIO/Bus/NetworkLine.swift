import CCurl
import MeterCore
import MeterNotation

/// A TCP connection as the line of a bus.
///
/// libcurl looks the name up, tries IPv6 and IPv4 and connects, all without blocking.
final class NetworkLine: BusLine {
    /// The time that looking up the name and connecting may take together.
    private static let patience = Duration.seconds(5)

    /// The address and port.
    let name: String
    private let multi: UnsafeMutableRawPointer
    private let handle: UnsafeMutableRawPointer
    /// The socket; -1 until it is connected.
    private(set) var descriptor: CInt = -1

    /// Connects, for at most 5 s.
    ///
    /// - Throws: `TransferError` when that fails, `CancellationError`.
    static func connect(to address: NetworkAddress, _ loop: EventLoop) async throws -> sending NetworkLine {
        let line = try NetworkLine(address)
        while try !line.isConnected() {
            // Names and connections take as long as they take; that libcurl is looked at now and then costs little.
            try await loop.sleep(for: .milliseconds(10))
        }
        return line
    }

    private init(_ address: NetworkAddress) throws {
        name = "\(address)"
        guard let multi = curl_multi_init() else { throw TransferError(.other, "libcurl has no memory") }
        guard let handle = curl_easy_init() else {
            curl_multi_cleanup(multi)
            throw TransferError(.other, "libcurl has no memory")
        }
        self.multi = multi
        self.handle = handle
        ccurl_set_string(handle, CURLOPT_URL, "http://\(address)")
        ccurl_keep_apart(handle)
        ccurl_set_long(handle, CURLOPT_CONNECT_ONLY, 1)
        ccurl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
        ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(Self.patience / .milliseconds(1)))
        curl_multi_add_handle(multi, handle)
    }

    deinit {
        curl_multi_remove_handle(multi, handle)
        curl_easy_cleanup(handle)
        curl_multi_cleanup(multi)
    }

    /// True once the connection stands; libcurl does a piece of the work at each call.
    ///
    /// - Throws: `TransferError`, a sentence that says what to check.
    private func isConnected() throws -> Bool {
        var running: CInt = 0
        curl_multi_perform(multi, &running)
        guard running == 0 else { return false }
        var left: CInt = 0
        var code = CURLE_COULDNT_CONNECT
        while let message = curl_multi_info_read(multi, &left) { code = message.pointee.data.result }
        descriptor = ccurl_get_socket(handle)
        if code == CURLE_OK, descriptor >= 0 { return true }
        let detail = CurlWords.inWords(code)
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            throw TransferError(.unknownHost, "no machine is called so in \(name); check the name (\(detail))")
        case CURLE_OPERATION_TIMEDOUT:
            throw TransferError(
                .timedOut,
                "\(name) does not answer; is it switched on and in this network? (\(detail))"
            )
        default:
            throw TransferError(.refused, "nothing answers at \(name); is it running there? (\(detail))")
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var count = 0
        let code = curl_easy_recv(handle, buffer.baseAddress, buffer.count, &count)
        if code == CURLE_OK, count > 0 { return count }
        guard code == CURLE_AGAIN else { throw closed(code) }
        return 0
    }

    func write(_ bytes: ArraySlice<UInt8>) throws -> Int {
        var count = 0
        let code = bytes.withUnsafeBytes { curl_easy_send(handle, $0.baseAddress, $0.count, &count) }
        guard code == CURLE_OK || code == CURLE_AGAIN else { throw closed(code) }
        return code == CURLE_OK ? count : 0
    }

    nonisolated(nonsending) func apply(_ format: SerialSettings) async throws {}

    /// The error of a connection that its other end closed: without an error of libcurl, and without bytes.
    private func closed(_ code: CURLcode) -> TransferError {
        let detail = code == CURLE_OK ? "" : " (\(CurlWords.inWords(code)))"
        return TransferError(.other, "\(name) closed the connection\(detail)")
    }
}

/// A line that was lost before.
struct LineClosed: Error, CustomStringConvertible {
    /// The line's name.
    var name: String

    var description: String { said("\(name) is gone; it is opened again as soon as it is back") }
}
