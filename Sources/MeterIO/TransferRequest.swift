/// One request to a server of the web or of files.
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
    /// What is wanted of a server of files; `nil` for a web server.
    public var file: FileWish?

    public init(_ method: Method, _ url: String, headers: [String] = [], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        timeout = .seconds(15)
        largestAnswer = 16 << 20
    }
}

/// What is wanted of a server by FTP or SFTP.
public struct FileWish: Sendable {
    public enum Work: Sendable {
        /// The lines of a folder, as the server writes them.
        case list
        /// These bytes of a file; fewer at its end.
        case read(Range<Int>)
        /// Commands of FTP or SFTP in the folder, such as `DELE name`.
        case command([String])
    }

    public var work: Work
    /// Whether an FTP server must encrypt the control and the data connection.
    public var needsTLS = false
    /// Whether the FTP server connects to us for the data.
    public var isActive = false
    /// The SHA-256 fingerprint of an SFTP server's key, in base64.
    public var hostKey: String?
    /// A file with the private key by which an SFTP server knows the user; the password counts without one.
    public var keyFile: String?

    public init(_ work: Work) { self.work = work }
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
    public enum Kind: Sendable {
        case unknownHost, refused, timedOut, certificate, cancelled, other
        /// The server of files does not take the user or the password.
        case login
        /// The file or folder is not there, or may not be read.
        case missing
        /// The file is shorter than where it should be read.
        case beyondEnd
    }

    public var kind: Kind
    public var description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
