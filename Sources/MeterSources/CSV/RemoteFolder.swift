import Glibc
import MeterCore
import MeterIO
import MeterNotation

/// A folder of a server by FTP, FTP with TLS, or SFTP.
struct RemoteFolder: FileStore {
    /// The access to the server: user, secrets, encryption and timeout.
    struct Access: Sendable {
        /// The encryption of `ftp://`: `explicit` demands TLS after the connection; `ftps://` always has it.
        enum Encryption: String, Sendable, CaseIterable { case none, explicit }

        /// The user; anonymous without.
        var username: String?
        /// The user's password, in a file or a credential of the service.
        var password: Secret?
        /// The private key by which an SFTP server knows the user, without a passphrase.
        var key: Secret?
        /// The setting `tls`, `none` by default.
        var encryption: Encryption
        /// The setting `active`, by default false: with FTP the server connects to us for the data.
        var isActive: Bool
        /// The SHA-256 fingerprint of an SFTP server's key; required for SFTP unless `insecure`.
        var hostKey: String?
        /// A file of certificates to trust in place of the system's.
        var certificateFile: String?
        /// False with the setting `insecure`: any certificate or key is taken.
        var verifiesCertificate: Bool
        /// The time for a folder or a piece of a file, 1 s to 5 min, by default 30 s.
        var timeout: Duration
    }

    /// The folder's URL, with a slash at its end.
    private let url: String
    /// The access to the server.
    private let access: Access
    /// The server's name, for messages.
    var name: String { serverName(url) }
    /// A listing has the minute and the size: a file written again within a minute may look the same.
    let hasExactVersions = false

    /// Names the folder; nothing is asked yet.
    init(_ url: String, _ access: Access) {
        self.url = url.hasSuffix("/") ? url : url + "/"
        self.access = access
    }

    /// The plain files of the folder, in the order of their names.
    func list(_ pattern: String) async throws -> [FileEntry] {
        let bytes = try await perform(.list, url)
        let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        let entries = lines.compactMap { FileListing.entry(FileName.text($0)) }
        return entries.filter { fnmatch(pattern, FileName.shown($0.name), FNM_PERIOD) == 0 }.sorted {
            $0.name < $1.name
        }
    }

    /// Reads a piece of a file; a server may refuse one that begins behind the end.
    func read(_ file: String, _ range: Range<Int>) async throws -> [UInt8]? {
        do {
            return try await perform(.read(range), url + percentEscaped(bytes: FileName.bytes(file)))
        } catch let error as TransferError where error.kind == .beyondEnd {
            return nil
        }
    }

    /// Renames a file into another folder, by FTP's `RNFR` and `RNTO` or SFTP's `rename`.
    func move(_ file: String, to folder: String) async throws {
        try await command(
            ["RNFR \(file)", "RNTO \(folder)/\(file)"],
            ["rename \(path(file)) \(path("\(folder)/\(file)"))"]
        )
    }

    /// Removes a file.
    func remove(_ file: String) async throws { try await command(["DELE \(file)"], ["rm \(path(file))"]) }

    /// A file's path on an SFTP server, in quotes.
    private func path(_ file: String) -> String {
        let server = url.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }
        let folder = percentDecoded(server.hasPrefix("/~/") ? server.dropFirst(3) : server)
        return "\"\((file.hasPrefix("/") ? file : folder + file).replacingQuotes)\""
    }

    /// Gives the commands of the server's protocol.
    private func command(_ ftp: [String], _ sftp: [String]) async throws {
        _ = try await perform(.command(url.hasPrefix("sftp:") ? sftp : ftp), url)
    }

    /// Asks the server.
    ///
    /// - Throws: `TransferError`, or `SecretError` when a secret cannot be read.
    private func perform(_ work: FileWish.Work, _ url: String) async throws -> [UInt8] {
        var request = TransferRequest(.get, url)
        var wish = FileWish(work)
        wish.needsTLS = access.encryption == .explicit
        wish.isActive = access.isActive
        wish.hostKey = access.hostKey
        // libcurl would only say that it failed, so an unreadable key is found here.
        _ = try await access.key?.fetch()
        wish.keyFile = access.key?.file
        request.file = wish
        if let username = access.username { request.credentials = (username, try await access.password?.fetch() ?? "") }
        request.certificateFile = access.certificateFile
        request.verifiesCertificate = access.verifiesCertificate
        request.timeout = access.timeout
        request.stall = .seconds(20)
        // The limit of a listing; a piece of a file is bounded by its range.
        request.largestAnswer = (4 << 20) + 4096
        return try await Transfers.files(of: name).perform(request).body
    }
}

extension String {
    /// The text with quotes and backslashes escaped, as SFTP commands need it.
    fileprivate var replacingQuotes: String {
        flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }.reduce(into: "") { $0.append($1) }
    }
}
