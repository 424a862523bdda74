import MeterCore
import MeterIO
import MeterNotation

/// Asks a device's web server for documents, one question at a time.
struct HTTPClient: Sendable {
    /// Maximum number of redirects, 3; one more is taken for a loop.
    private static let mostRedirects = 3

    /// The user, trust and limits of each request.
    let access: HTTPAccess

    /// A document, with the texts by which its change is asked for.
    struct Answer: Sendable {
        /// The document; `nil` when it has not changed.
        var body: [UInt8]?
        /// The header `ETag` of the answer.
        var etag: String?
        /// The header `Last-Modified` of the answer.
        var lastModified: String?
    }

    /// Asks for a document.
    ///
    /// Redirects are followed on the same server only, since the password goes along.
    ///
    /// - Parameters:
    ///   - url: may hold a secret, and is not in any message.
    ///   - headers: whole lines.
    ///   - earlier: the last answer, so that the server need not send the same again.
    /// - Returns: the document, if it has changed.
    /// - Throws: `HTTPError`, or `SecretError` when a secret cannot be read.
    func get(_ url: String, headers: [String] = [], unlessAs earlier: Answer? = nil) async throws -> Answer {
        var headers = headers
        if let etag = earlier?.etag { headers.append("If-None-Match: \(etag)") }
        if let date = earlier?.lastModified { headers.append("If-Modified-Since: \(date)") }
        let server = serverName(url)
        var url = url
        for _ in 0...Self.mostRedirects {
            let request = try await access.request(url, headers: headers)
            let response = try await DeviceTurns.shared.take(server) { try await perform(request) }
            switch response.status {
            case 200..<300:
                return Answer(
                    body: response.body,
                    etag: response.headers["etag"],
                    lastModified: response.headers["last-modified"]
                )
            case 304 where earlier != nil:
                return Answer(body: nil, etag: earlier?.etag, lastModified: earlier?.lastModified)
            case 301, 302, 303, 307, 308:
                guard let next = response.redirect else { throw refusal(response, server) }
                try check(next, from: url)
                url = next
            default: throw refusal(response, server)
            }
        }
        throw HTTPError(
            "\(server) sends from one address to the next, and never answers; does it ask for a password on a page?"
        )
    }

    /// Asks a device by UDP.
    ///
    /// - Throws: `HTTPError`, `SystemError` without a socket.
    func ask(_ question: String, at url: String) async throws -> Answer {
        let client = DatagramClient(timeout: access.timeout, largest: min(access.largest, 65_507))
        return try await DeviceTurns.shared.take(serverName(url)) {
            Answer(body: try await client.ask(question, at: url))
        }
    }

    /// Performs a request, with advice about certificates.
    private func perform(_ request: TransferRequest) async throws -> TransferResponse {
        do {
            return try await Transfers.web.perform(request)
        } catch let error as TransferError where error.kind == .certificate {
            throw HTTPError(
                "\(error); name the maker's certificate in ca_file, its key in pin, or write insecure = true"
            )
        }
    }

    /// Refuses a redirect to another server; the same one by TLS is allowed.
    private func check(_ next: String, from url: String) throws(HTTPError) {
        let (from, to) = (serverName(url).lowercased(), serverName(next).lowercased())
        let (wasSafe, isSafe) = (url.hasPrefix("https:"), next.hasPrefix("https:"))
        func bare(_ server: String, _ port: String) -> String {
            server.hasSuffix(port) ? String(server.dropLast(port.count)) : server
        }
        let isSame = wasSafe == isSafe && from == to
        let isSafer = !wasSafe && isSafe && bare(from, ":80") == bare(to, ":443")
        guard !isSame, !isSafer else { return }
        throw HTTPError(
            "\(from) sends on to \(to == from ? said("the same address without TLS") : to), which is not followed: "
                + "the password would go there, too; if that is the right address, write it in the configuration"
        )
    }

    /// The error for a status that is no success, with its usual cause.
    ///
    /// `Retry-After` is taken in seconds, up to an hour.
    private func refusal(_ response: TransferResponse, _ server: String) -> HTTPError {
        let wait = response.headers["retry-after"].flatMap { Int64($0) }.map { max(0, min($0, 3600)) }
        let what: Phrase =
            switch response.status {
            case 401 where access.username != nil: "\(server) refuses the user name or the password (401)"
            case 401 where access.token != nil: "\(server) refuses the token (401)"
            case 401: "\(server) asks for a key or a password (401); is one missing, or wrong?"
            case 403: "\(server) does not let us read this (403); has the user the right to?"
            case 404: "\(server) has nothing at this address (404); is the path right, and the firmware recent?"
            case 429: "\(server) was asked too often (429); write a longer every"
            case 500...: "\(server) has a trouble of its own (\(response.status)); it may need a restart"
            default: "\(server) answered with status \(response.status), which is no reading"
            }
        return HTTPError(what, retryAfter: wait)
    }
}
