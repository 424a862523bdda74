public import MeterNotation

/// One request to a server of the web or of files, which `Transfers` makes.
public struct TransferRequest: Sendable {
    /// The method of HTTP; a GET has no body.
    public enum Method: Sendable { case get, post }

    /// The whole address, without user name and password, so that it may be logged.
    public var url: String
    /// The method; not used with a server of files.
    public var method: Method
    /// Whole lines, such as `Content-Encoding: gzip`.
    public var headers: [String]
    /// The bytes that a POST sends, as they are: already compressed where a header says so.
    public var body: [UInt8]
    /// The way in which a user name and a password are sent.
    public enum Authentication: String, Sendable, CaseIterable {
        /// In plain text, as safe as the connection.
        case basic
        /// As a hash of them and of a word of the server's, which takes one more exchange.
        case digest
    }

    /// The user name and the password, which go to the URL's server only: redirects are not followed here.
    public var credentials: (user: String, password: String)?
    /// The way in which they are sent to a server of the web; basic by default.
    public var authentication = Authentication.basic
    /// A file of certificates, in PEM, to trust in place of the system's.
    public var certificateFile: String?
    /// True when the server must show a certificate that can be trusted and has its name.
    public var verifiesCertificate = true
    /// The SHA-256 of the server's public key in base64, by which alone it is known; `nil` to trust certificates.
    ///
    /// A device in the house makes its own certificate: nobody signed it, but its key stays the same.
    public var pinnedKey: String?
    /// The time that the whole request may take, 15 s by default; connecting may take 10 s of it.
    public var timeout: Duration
    /// The time without a single byte after which it is given up, in whole seconds; `nil` to wait for the time-out.
    public var stall: Duration?
    /// The bytes of the longest answer, 16 MiB by default; a longer one is an error.
    public var largestAnswer: Int
    /// True when a longer answer is cut there and is no error: its status and first words are what is wanted.
    public var cutsAnswer = false
    /// The wish to a server of files; `nil` for a web server.
    public var file: FileWish?

    /// Makes a request with the default limits.
    public init(_ method: Method, _ url: String, headers: [String] = [], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        timeout = .seconds(15)
        largestAnswer = 16 << 20
    }
}

/// The wish to a server by FTP or SFTP.
public struct FileWish: Sendable {
    /// The work to be done there.
    public enum Work: Sendable {
        /// The lines of a folder, as the server writes them.
        case list
        /// These bytes of a file, counted from 0; fewer at its end.
        case read(Range<Int>)
        /// Commands of FTP or SFTP in the folder, such as `DELE name`.
        case command([String])
    }

    /// The one thing to be done; each takes a request of its own.
    public var work: Work
    /// True when an FTP server must encrypt the control and the data connection.
    public var needsTLS = false
    /// True when the FTP server connects to us for the data, as some old ones need it; else we connect to it.
    public var isActive = false
    /// The SHA-256 fingerprint of an SFTP server's key, in base64 without `SHA256:`; `nil` takes any key.
    public var hostKey: String?
    /// A file with the private key by which an SFTP server knows the user; the password counts without one.
    public var keyFile: String?

    /// Makes a wish in the usual way: passive, without a demand for TLS, with the password.
    public init(_ work: Work) { self.work = work }
}

/// The answer of a server, whatever its status.
public struct TransferResponse: Sendable {
    /// The status of HTTP; of an FTP server the last code, and 0 of an SFTP server.
    public var status: Int
    /// The headers by lower-case name, of the last answer when there were several; a repeated one counts once.
    public var headers: [String: String]
    /// The bytes of the body or of the file, as they came.
    public var body: [UInt8]
    /// The whole URL that the server sends on to.
    public var redirect: String?

    /// Makes an answer without a redirect.
    public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// A request without an answer, as a sentence.
public struct TransferError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, on which depends what the caller does next.
    public enum Kind: Sendable {
        case unknownHost, refused, timedOut, certificate, cancelled, other
        /// The server shows another key than the one that it is known by.
        case otherKey
        /// The server of files does not take the user or the password.
        case login
        /// The file or folder is not there, or may not be read.
        case missing
        /// The file is shorter than where it should be read.
        case beyondEnd
    }

    /// The kind; `.other` for all that no caller treats apart.
    public var kind: Kind
    /// The sentence: the server, what to check, and libcurl's words in brackets.
    public var description: String

    /// Makes an error; its sentence ends without a period, since others are put before or behind it.
    public init(_ kind: Kind, _ sentence: Phrase) {
        self.kind = kind
        description = said(sentence)
    }
}
