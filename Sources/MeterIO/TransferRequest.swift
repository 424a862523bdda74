/// One HTTP request.
public struct TransferRequest: Sendable {
    /// What is asked of the server.
    public enum Method: Sendable { case get, post }

    /// Without user name and password, so that it may be logged.
    public var url: String
    public var method: Method
    /// Whole lines, such as `Content-Encoding: gzip`.
    public var headers: [String]
    public var body: [UInt8]
    /// How a user name and a password are sent.
    public enum Authentication: String, Sendable, CaseIterable {
        case basic
        /// As a hash of them and of what the server asks.
        case digest
    }

    /// They go to the URL's server only: redirects are not followed here.
    public var credentials: (user: String, password: String)?
    public var authentication = Authentication.basic
    /// A file of certificates to trust in place of the system's.
    public var certificateFile: String?
    /// Whether the server must show a certificate that can be trusted.
    public var verifiesCertificate = true
    /// The whole request may take so long.
    public var timeout: Duration
    /// It is given up when not a byte moves for so long, if set.
    public var stall: Duration?
    /// A longer answer is an error.
    public var largestAnswer: Int

    public init(_ method: Method, _ url: String, headers: [String] = [], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        timeout = .seconds(15)
        largestAnswer = 16 << 20
    }
}

/// What a server answered.
public struct TransferResponse: Sendable {
    public var status: Int
    /// By lower-case name.
    public var headers: [String: String]
    public var body: [UInt8]
    /// The whole URL that the server sends on to.
    public var redirect: String?

    public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why there is no answer, as a sentence.
public struct TransferError: Error, Sendable, CustomStringConvertible {
    /// What to do about it depends on this.
    public enum Kind: Sendable { case unknownHost, refused, timedOut, certificate, cancelled, other }

    public var kind: Kind
    public var description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
