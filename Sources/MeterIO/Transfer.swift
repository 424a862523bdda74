import CCurl
import Glibc
import MeterCore
import MeterNotation

/// A request under way: libcurl's handle and the memory that it reads and writes.
final class Transfer {
    /// The number by which a cancellation finds it.
    let number: Int
    /// libcurl's easy handle, which is reused for other requests afterwards.
    let handle: UnsafeMutableRawPointer
    private let request: TransferRequest
    /// The headers of the request, for as long as libcurl reads them.
    private var list: UnsafeMutablePointer<curl_slist>?
    /// The commands of FTP or SFTP, for as long as libcurl reads them.
    private var afterwards: UnsafeMutablePointer<curl_slist>?
    /// libcurl's own words on a failure.
    private let message: UnsafeMutablePointer<CChar>
    /// The body of the request, which libcurl reads in place.
    private let body: UnsafeMutableBufferPointer<UInt8>
    private var response = TransferResponse(status: 0)
    /// True once the answer was larger than wanted, and the transfer broken off for it.
    private var isTooLarge = false
    /// True once the piece of a file or of an answer is complete, and the transfer broken off for it.
    private var hasPiece = false
    /// The task that waits; resumed once, by `finish` or `cancel`.
    private let done: CheckedContinuation<TransferResponse, any Error>

    /// Prepares a handle.
    ///
    /// The transfer must stay alive until libcurl is done with it.
    init(
        _ number: Int,
        _ request: TransferRequest,
        handle: UnsafeMutableRawPointer,
        done: CheckedContinuation<TransferResponse, any Error>
    ) {
        self.number = number
        self.request = request
        self.handle = handle
        self.done = done
        message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        body = .allocate(capacity: request.body.count)
        _ = body.initialize(from: request.body)
        setUp()
    }

    deinit {
        curl_slist_free_all(list)
        curl_slist_free_all(afterwards)
        message.deallocate()
        body.deallocate()
    }

    /// Sets the options of the request on a handle that forgets those of the last one.
    private func setUp() {
        curl_easy_reset(handle)
        ccurl_set_string(handle, CURLOPT_URL, request.url)
        ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, request.file == nil ? "http,https" : "ftp,ftps,sftp")
        ccurl_keep_apart(handle)
        ccurl_speak_http1(handle)
        ccurl_set_offset(handle, CURLOPT_TIMEOUT_MS, 0)
        let milliseconds = request.timeout / .milliseconds(1)
        ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, Int(milliseconds))
        ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(min(milliseconds, 10_000)))
        if let stall = request.stall {
            ccurl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, 1)
            ccurl_set_long(handle, CURLOPT_LOW_SPEED_TIME, Int(stall.components.seconds))
        }
        ccurl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
        ccurl_set_long(handle, CURLOPT_BUFFERSIZE, 16 << 10)
        ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, message)
        ccurl_set_string(handle, CURLOPT_USERAGENT, "boxenergie")
        // libcurl asks `Expect: 100-continue` from 1 MiB on, which some servers never answer.
        for header in request.headers + ["Expect:"] { list = curl_slist_append(list, header) }
        ccurl_set_list(handle, CURLOPT_HTTPHEADER, list)
        if case .post = request.method {
            ccurl_set_long(handle, CURLOPT_POST, 1)
            ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            ccurl_set_pointer(handle, CURLOPT_POSTFIELDS, body.baseAddress)
        }
        if let credentials = request.credentials {
            ccurl_set_long(handle, CURLOPT_HTTPAUTH, request.authentication == .basic ? 1 : 2)
            ccurl_set_string(handle, CURLOPT_USERNAME, credentials.user)
            ccurl_set_string(handle, CURLOPT_PASSWORD, credentials.password)
        }
        if let wish = request.file { setUp(wish) }
        if let file = request.certificateFile { ccurl_set_string(handle, CURLOPT_CAINFO, file) }
        if let key = request.pinnedKey { ccurl_set_string(handle, CURLOPT_PINNEDPUBLICKEY, "sha256//\(key)") }
        if !request.verifiesCertificate || request.pinnedKey != nil {
            ccurl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 0)
            ccurl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 0)
        }
        let me = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_body_receiver(
            handle,
            { bytes, size, count, context in
                guard let bytes, let context else { return 0 }
                let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
            },
            me
        )
        ccurl_set_header_receiver(
            handle,
            { bytes, size, count, context in
                guard let bytes, let context else { return 0 }
                let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                transfer.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
                return size * count
            },
            me
        )
    }

    /// Sets the options of FTP and SFTP.
    private func setUp(_ wish: FileWish) {
        switch wish.work {
        case .list: break
        case .read(let range):
            // Without an end: from libcurl 8 on, a file that ends before it counts as torn. See `receivePiece`.
            ccurl_set_string(handle, CURLOPT_RANGE, "\(range.lowerBound)-")
        case .command(let commands):
            ccurl_set_long(handle, CURLOPT_NOBODY, 1)
            for command in commands {
                FileName.withPath(command) { afterwards = curl_slist_append(afterwards, $0) }
            }
            ccurl_set_list(handle, CURLOPT_POSTQUOTE, afterwards)
        }
        // Also for a goodbye, while other sources of this server wait.
        ccurl_set_long(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, Int(request.timeout / .seconds(1)))
        if wish.needsTLS { ccurl_demand_tls(handle) }
        if wish.isActive { ccurl_set_string(handle, CURLOPT_FTPPORT, "-") }
        if let key = wish.hostKey { ccurl_set_string(handle, CURLOPT_SSH_HOST_PUBLIC_KEY_SHA256, key) }
        // Never an agent, nor the keys that a user of this machine may have.
        ccurl_set_long(handle, CURLOPT_SSH_AUTH_TYPES, wish.keyFile == nil ? 2 | 8 : 1)
        if let file = wish.keyFile { ccurl_set_string(handle, CURLOPT_SSH_PRIVATE_KEYFILE, file) }
    }

    /// Takes a part of the answer's body.
    ///
    /// - Returns: the number of bytes taken; with fewer than came libcurl breaks the transfer off.
    private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        if case .read(let range)? = request.file?.work { return receivePiece(bytes, range.count) }
        if request.cutsAnswer { return receivePiece(bytes, request.largestAnswer) }
        guard response.body.count + bytes.count <= request.largestAnswer else {
            isTooLarge = true
            return 0
        }
        response.body.append(contentsOf: bytes)
        return bytes.count
    }

    /// Breaks the transfer off where the piece ends.
    private func receivePiece(_ bytes: UnsafeRawBufferPointer, _ size: Int) -> Int {
        let wanted = bytes.prefix(size - response.body.count)
        response.body.append(contentsOf: wanted)
        hasPiece = wanted.count < bytes.count
        return wanted.count
    }

    /// Takes a line of the answer's head: 64 headers at most, and 4 KiB of each.
    private func receiveHeader(_ bytes: UnsafeRawBufferPointer) {
        let line = String(decoding: bytes.prefix(4096), as: UTF8.self)
        // Another answer: what was said with the question for a password is no part of it.
        if line.hasPrefix("HTTP/") { response.headers = [:] }
        guard response.headers.count < 64, let colon = line.firstIndex(of: ":") else { return }
        let value = line[line.index(after: colon)...].drop { $0.isWhitespace }
        response.headers[line[..<colon].lowercased()] = String(value.prefix { !$0.isNewline })
    }

    /// Hands the answer or the error over.
    ///
    /// Called once, on the thread of libcurl.
    func finish(_ code: CURLcode) {
        guard code == CURLE_OK || hasPiece else {
            done.resume(throwing: failure(code))
            return
        }
        var status = 0
        ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        response.status = status
        response.redirect = ccurl_get_string(handle, CURLINFO_REDIRECT_URL).map { String(cString: $0) }
        done.resume(returning: response)
    }

    /// Ends the wait for a request that was given up; libcurl no longer has the handle.
    func cancel() { done.resume(throwing: TransferError(.cancelled, "the request was given up")) }

    /// The error for a code of libcurl, as a sentence that says what to check, with libcurl's words in brackets.
    private func failure(_ code: CURLcode) -> TransferError {
        let server = serverName(request.url)
        if isTooLarge { return TransferError(.other, "\(server) answered more than \(request.largestAnswer) bytes") }
        let detail = message.pointee == 0 ? CurlWords.inWords(code) : CurlWords.inWords(String(cString: message))
        if request.url.hasPrefix("sftp:"), let error = sftpFailure(code, server, detail) { return error }
        return switch code {
        case CURLE_COULDNT_RESOLVE_HOST:
            TransferError(.unknownHost, "no machine is called \(server); check the name and the network (\(detail))")
        case CURLE_COULDNT_CONNECT:
            TransferError(.refused, "nothing answers at \(server); is the server running there? (\(detail))")
        case CURLE_OPERATION_TIMEDOUT:
            TransferError(.timedOut, "\(server) did not answer in time (\(detail))")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CONNECT_ERROR:
            TransferError(.certificate, "the certificate of \(server) cannot be trusted (\(detail))")
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            TransferError(
                .otherKey,
                "\(server) shows another key than pin: nothing was sent to it, since it may be another machine (\(detail))"
            )
        case CURLE_LOGIN_DENIED: TransferError(.login, "\(server) refuses the user name or the password (\(detail))")
        case CURLE_REMOTE_FILE_NOT_FOUND, CURLE_FTP_COULDNT_RETR_FILE, CURLE_REMOTE_ACCESS_DENIED:
            TransferError(.missing, "\(server) has no such file or folder, or does not let us read it (\(detail))")
        case CURLE_BAD_DOWNLOAD_RESUME, CURLE_RANGE_ERROR:
            TransferError(.beyondEnd, "the file at \(server) is shorter than before (\(detail))")
        case CURLE_QUOTE_ERROR:
            TransferError(.other, "\(server) does not do it; may the user move and delete files there? (\(detail))")
        case CURLE_UNSUPPORTED_PROTOCOL:
            TransferError(.other, "the libcurl of this machine does not know this kind of address (\(detail))")
        case CURLE_USE_SSL_FAILED:
            TransferError(.certificate, "\(server) does not offer TLS; write tls = \"none\" to do without (\(detail))")
        default: TransferError(.other, "the exchange with \(server) failed (\(detail))")
        }
    }
}

extension Transfer {
    /// The errors that only a server of SFTP gives; `nil` for all others.
    private func sftpFailure(_ code: CURLcode, _ server: String, _ detail: String) -> TransferError? {
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION:
            TransferError(
                .certificate,
                "\(server) shows another key than host_key: nothing was sent to it, since it may be another machine. If it "
                    + "was set up anew, see the new one on it: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub (\(detail))"
            )
        case CURLE_LOGIN_DENIED where request.file?.keyFile != nil:
            TransferError(
                .login,
                "\(server) refuses the user name or the key; is its public half in the user's authorized_keys there? "
                    + "(\(detail))"
            )
        default: nil
        }
    }
}

/// The host and port of a URL, without anything that could be secret.
public func serverName(_ url: String) -> String {
    // By bytes: it is asked for with each request.
    var rest = url.utf8[...]
    if let colon = rest.firstIndex(of: UInt8(ascii: ":")), rest[colon...].starts(with: "://".utf8) {
        rest = rest[colon...].dropFirst(3)
    }
    rest = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    if let at = rest.lastIndex(of: UInt8(ascii: "@")) { rest = rest[at...].dropFirst() }
    return String(decoding: rest, as: UTF8.self)
}

/// True for a URL of this very machine: nobody on the way reads what is sent, and compressing only costs time.
///
/// The whole host counts: `127.example.org` is anybody's.
public func isOfThisMachine(_ url: String) -> Bool {
    guard let scheme = ["http://", "https://"].first(where: url.hasPrefix) else { return false }
    let authority = url.utf8.dropFirst(scheme.utf8.count).prefix { !"/?#\\@".utf8.contains($0) }
    let rest = url.utf8[authority.endIndex...]
    // What stands before an @ is a user, and the host comes behind it.
    guard rest.first != UInt8(ascii: "@"), rest.first != UInt8(ascii: "\\") else { return false }
    var host = String(Substring(authority))
    if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
        guard UInt16(host[host.index(after: colon)...]) != nil else { return false }
        host = String(host[..<colon])
    }
    return isLoopbackHost(host)
}

/// True for `localhost` and the addresses by which a machine reaches itself.
private func isLoopbackHost(_ host: String) -> Bool {
    if host.lowercased() == "localhost" || host == "[::1]" { return true }
    var address = in_addr()
    // The first byte of what goes over the wire.
    return inet_pton(AF_INET, host, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
}
