import Glibc
import MeterCore
import MeterIO
import MeterNotation

/// A folder of a server by FTP, FTP with TLS, or SFTP.
struct RemoteFolder: FileStore {
    /// How the server is spoken to.
    struct Access: Sendable {
        enum Encryption: String, Sendable, CaseIterable { case none, explicit }

        var username: String?
        var password: Secret?
        /// The private key by which an SFTP server knows the user.
        var key: Secret?
        var encryption: Encryption
        var isActive: Bool
        var hostKey: String?
        var certificateFile: String?
        var verifiesCertificate: Bool
        var timeout: Duration
    }

    /// With a slash at its end.
    private let url: String
    private let access: Access
    var name: String { serverName(url) }
    /// A listing has the minute and the size: what is written again within a minute may look the same.
    let hasExactVersions = false

    init(_ url: String, _ access: Access) {
        self.url = url.hasSuffix("/") ? url : url + "/"
        self.access = access
    }

    func list(_ pattern: String) async throws -> [FileEntry] {
        let bytes = try await perform(.list, url)
        let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        let entries = lines.compactMap { FileListing.entry(String(decoding: $0, as: UTF8.self)) }
        return entries.filter { fnmatch(pattern, $0.name, FNM_PERIOD) == 0 }.sorted { $0.name < $1.name }
    }

    func read(_ file: String, _ range: Range<Int>) async throws -> [UInt8]? {
        do {
            return try await perform(.read(range), url + percentEscaped(file))
        } catch let error as TransferError where error.kind == .beyondEnd {
            return nil
        }
    }

    func move(_ file: String, to folder: String) async throws {
        try await command(
            ["RNFR \(file)", "RNTO \(folder)/\(file)"],
            ["rename \(path(file)) \(path("\(folder)/\(file)"))"]
        )
    }

    func remove(_ file: String) async throws { try await command(["DELE \(file)"], ["rm \(path(file))"]) }

    /// A file's path on an SFTP server, in quotes.
    private func path(_ file: String) -> String {
        let server = url.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }
        let folder = percentDecoded(server.hasPrefix("/~/") ? server.dropFirst(3) : server)
        return "\"\((file.hasPrefix("/") ? file : folder + file).replacingQuotes)\""
    }

    private func command(_ ftp: [String], _ sftp: [String]) async throws {
        _ = try await perform(.command(url.hasPrefix("sftp:") ? sftp : ftp), url)
    }

    private func perform(_ work: FileWish.Work, _ url: String) async throws -> [UInt8] {
        var request = TransferRequest(.get, url)
        var wish = FileWish(work)
        wish.needsTLS = access.encryption == .explicit
        wish.isActive = access.isActive
        wish.hostKey = access.hostKey
        // libcurl would only say that it failed.
        _ = try access.key?.read()
        wish.keyFile = access.key?.file
        request.file = wish
        if let username = access.username { request.credentials = (username, try access.password?.read() ?? "") }
        request.certificateFile = access.certificateFile
        request.verifiesCertificate = access.verifiesCertificate
        request.timeout = access.timeout
        request.stall = .seconds(20)
        // Of a listing; a piece of a file is bounded by its range.
        request.largestAnswer = (4 << 20) + 4096
        return try await Transfers.files(of: name).perform(request).body
    }
}

extension String {
    fileprivate var replacingQuotes: String {
        flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }.reduce(into: "") { $0.append($1) }
    }
}
