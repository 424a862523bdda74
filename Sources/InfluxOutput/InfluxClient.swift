import FoundationEssentials
import MeterCore
import MeterIO
import MeterNotation

/// Talks to one InfluxDB 1.x server, over HTTP as its user.
///
/// It holds no connection and no queue: those of the process are in `Transfers.web`.
public struct InfluxClient: Sendable {
    /// The server's address, its database and its certificates.
    public let settings: InfluxSettings
    /// The name of the user that it speaks as; `nil` for nobody.
    let user: String?
    /// The user's password, read again for each request by a client that lasts.
    private let password: @Sendable () async throws -> String
    /// True for a client that shows the settings' token, if there is one.
    private let hasToken: Bool

    /// Makes a client for one command.
    ///
    /// - Parameter settings: the server; a password file is read now.
    /// - Throws: `SecretError` when the password file cannot be read.
    public init(_ settings: InfluxSettings) throws {
        self.settings = settings
        user = settings.username
        let password = user == nil ? "" : try settings.password?.read() ?? ""
        self.password = { password }
        hasToken = true
    }

    /// Makes a client for long: the password file is read for each request, so that a new password needs no restart.
    ///
    /// A file that cannot be read fails the request and not the client: the batch waits until it can.
    public init(lasting settings: InfluxSettings) {
        self.settings = settings
        user = settings.username
        password = { try await settings.password?.fetch() ?? "" }
        hasToken = true
    }

    /// Makes a client for another user, such as an administrator whose password was asked for.
    public init(_ settings: InfluxSettings, user: String, password: String) {
        self.settings = settings
        self.user = user
        self.password = { password }
        hasToken = false
    }

    /// Makes a client that names no user, as a server without administrator wants it for the first one.
    init(anonymous settings: InfluxSettings) {
        self.settings = settings
        user = nil
        password = { "" }
        hasToken = false
    }

    /// The server's name in errors, such as `InfluxDB at 127.0.0.1:8086`.
    public var name: String {
        said("InfluxDB at \(settings.place)")
    }

    /// Writes lines into the default policy, now.
    ///
    /// - Throws: `TransferError` without an answer, `InfluxError` when the server refuses.
    func write(_ lines: String, to database: String) async throws {
        var request = TransferRequest(.post, "\(settings.url)/write?db=\(percentEscaped(database))")
        request.headers = ["Content-Type: text/plain; charset=utf-8"]
        request.body = [UInt8](lines.utf8)
        let response = try await perform(request)
        guard response.status == 204 else {
            throw InfluxError(
                status: response.status,
                "\(name): \(response.headers["x-influxdb-error"] ?? said("it answered \(response.status) to a write"))"
            )
        }
    }

    /// Runs InfluxQL statements.
    ///
    /// Errors in a statement come with status 200, inside the answer: they are thrown as well.
    ///
    /// - Parameters:
    ///   - text: statements with semicolons between them.
    ///   - database: the one that names without a database belong to; none for statements about the server.
    ///   - timeout: for the whole exchange, by default 15 s.
    /// - Returns: one result a statement, times in seconds, 2 MiB at most.
    /// - Throws: `TransferError` without an answer, `InfluxError` when the server refuses.
    public func query(
        _ text: String,
        database: String? = nil,
        timeout: Duration = .seconds(15)
    ) async throws -> [InfluxResult] {
        try await query(text, database: database, timeout: timeout, epoch: .seconds, largestAnswer: 2 << 20)
    }

    /// Runs InfluxQL statements whose answers have times in a unit, and so many bytes at most.
    func query(
        _ text: String,
        database: String?,
        timeout: Duration,
        epoch: Precision,
        largestAnswer: Int
    ) async throws -> [InfluxResult] {
        var url = "\(settings.url)/query?epoch=\(epoch.parameter)"
        if let database { url += "&db=\(percentEscaped(database))" }
        var request = TransferRequest(.post, url, headers: ["Content-Type: application/x-www-form-urlencoded"])
        request.body = [UInt8]("q=\(percentEscaped(text))".utf8)
        request.timeout = timeout
        request.largestAnswer = largestAnswer
        let response = try await ask(request)
        guard let answer = try? JSONDecoder().decode(InfluxAnswer.self, from: Data(response.body)) else {
            throw InfluxError(status: response.status, "\(name) answered \(response.status) and no JSON")
        }
        if let error = answer.error { throw InfluxError(status: response.status, "\(name): \(error)") }
        // Errors in a statement come with status 200.
        if let error = answer.results?.compactMap(\.error).first {
            throw InfluxError(status: response.status, "\(name): \(error)")
        }
        return answer.results ?? []
    }

    /// Runs one SELECT and hands over the rows of its answer, in the order of the answer.
    ///
    /// Asked for in CSV, with a minute of time and at most 64 MiB: a day of readings is read at once.
    ///
    /// - Throws: as `query(_:database:timeout:)`.
    func rows(of select: String, database: String, _ body: (CSVRow) -> Void) async throws {
        let url = "\(settings.url)/query?epoch=s&db=\(percentEscaped(database))"
        let headers = ["Content-Type: application/x-www-form-urlencoded", "Accept: application/csv"]
        var request = TransferRequest(.post, url, headers: headers)
        request.body = [UInt8]("q=\(percentEscaped(select))".utf8)
        request.timeout = .seconds(60)
        request.largestAnswer = 64 << 20
        let response = try await ask(request)
        let text = response.body
        guard response.status == 200, !text.starts(with: "error".utf8) else {
            let line = text.split(separator: UInt8(ascii: "\n")).last
            let reason = line.map { String(decoding: $0, as: UTF8.self) } ?? said("no reason given")
            throw InfluxError(status: response.status, "\(name): \(reason)")
        }
        guard var row = CSVRow(text) else { return }
        repeat { body(row) } while row.advance()
    }

    /// Performs a question; the server counts it, unless it does not know who asks (seen on 1.6.7).
    private func ask(_ request: TransferRequest) async throws -> TransferResponse {
        OwnQueries.note(1, of: settings.url)
        let response = try await perform(request)
        if response.status == 401 { OwnQueries.note(-1, of: settings.url) }
        return response
    }

    /// The server's version, such as `1.6.7`, which `/ping` gives without a password.
    ///
    /// - Throws: `TransferError` without an answer, `InfluxError` when what answers is no InfluxDB.
    public func version() async throws -> String {
        let response = try await perform(TransferRequest(.get, "\(settings.url)/ping"))
        guard let version = response.headers["x-influxdb-version"] else {
            throw InfluxError(status: response.status, "what answers at \(settings.place) is not an InfluxDB server")
        }
        return version
    }

    /// Makes a request as the client's user, and trusts the certificates of its settings.
    ///
    /// - Throws: `SecretError` when the password file cannot be read, `TransferError` without an answer.
    func perform(_ request: TransferRequest) async throws -> TransferResponse {
        var request = request
        if let user { request.credentials = (user, try await password()) }
        // InfluxDB 2 and 3 and the gateways of 1.8 all know this word.
        if user == nil, hasToken, let token = settings.token {
            request.headers.append("Authorization: Token \(try await token.fetch())")
        }
        request.certificateFile = settings.certificateFile
        request.pinnedKey = settings.pinnedKey
        return try await Transfers.web.perform(request)
    }
}

/// A refusal of the server, in its own words.
public struct InfluxError: Error, CustomStringConvertible {
    /// The HTTP status; 200 or 204 when a statement failed inside a good answer, or a check of ours did.
    public var status: Int
    /// The reason as a sentence, mostly with the server's name before it.
    public var description: String

    init(status: Int, _ sentence: Phrase) {
        self.status = status
        description = said(sentence)
    }
}
