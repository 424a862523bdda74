import MeterCore
import MeterIO
import MeterNotation

/// The access to a device's web server: user or token, trust, timeout and the largest answer.
struct HTTPAccess: Sendable {
    /// The user, when the device asks for one; needs a password, and excludes a token.
    var username: String?
    /// The user's password, in a file or a credential of the service.
    var password: Secret?
    /// The way in which the password is sent, `auth`; `basic` by default.
    var authentication: TransferRequest.Authentication
    /// The bearer token, in a file or a credential of the service.
    var token: Secret?
    /// A file of certificates to trust in place of the system's.
    var certificateFile: String?
    /// False with the setting `insecure`: any certificate is taken.
    var verifiesCertificate: Bool
    /// The SHA-256 of the device's public key in base64, the setting `pin`: then no certificate is looked at.
    var pinnedKey: String?
    /// The time for an answer, 100 ms to 60 s, by default 10 s or that of the profile.
    var timeout: Duration
    /// The largest answer in bytes, 1000 to 16 000 000, by default 1 MiB; a larger one is refused.
    var largest: Int

    /// Reads the settings that every web source has; problems go to the section's diagnostics.
    ///
    /// - Parameters:
    ///   - settings: of the source.
    ///   - patience: the time for an answer unless the configuration tells it.
    init(settings: ConfigSection, patience: Duration = .seconds(10)) {
        username = settings.optionalString("username", "The user, when the device asks for one.")
        password = settings.secretFile(credential: "\(settings.name)-password", "A file with that user's password.")
        authentication = settings.choice("auth", default: .basic, "How the password is sent.")
        token = settings.secretFile("token_file", credential: "\(settings.name)-token", "A file with a bearer token.")
        certificateFile = settings.optionalPath("ca_file", "A file of certificates to trust in place of the system's.")
        verifiesCertificate = !settings.boolean(
            "insecure",
            default: false,
            "Take any certificate: whoever is in between can read the password."
        )
        pinnedKey = settings.pinnedKey(
            "pin",
            besides: ["ca_file", "insecure"],
            "The SHA-256 of the device's public key in base64: it is known by its key, whoever signed its certificate."
        )
        timeout = settings.duration(
            "timeout",
            in: .milliseconds(100) ... .seconds(60),
            default: patience,
            "How long an answer may take."
        )
        largest = settings.byteCount(
            "largest",
            in: 1000...16_000_000,
            default: 1 << 20,
            "A larger answer is refused, and one that takes longer than 5 s to read."
        )
        if password != nil, username == nil, settings.contains("password_file") {
            settings.report("a password needs a username", at: "password_file")
        }
        if username != nil, password == nil {
            settings.report("a user needs a password: write password_file", at: "username")
        }
        if username != nil, token != nil { settings.report("either a user or a token, not both", at: "token_file") }
    }

    /// Makes a request with user or token, trust and limits.
    ///
    /// - Throws: `SecretError` when a secret cannot be read.
    func request(_ url: String, headers: [String]) async throws -> TransferRequest {
        var request = TransferRequest(.get, url, headers: headers)
        if let username { request.credentials = (username, try await password?.fetch() ?? "") }
        if let token { request.headers.append("Authorization: Bearer \(try await token.fetch())") }
        request.authentication = authentication
        request.certificateFile = certificateFile
        request.verifiesCertificate = verifiesCertificate
        request.pinnedKey = pinnedKey
        request.timeout = timeout
        request.largestAnswer = largest
        return request
    }
}
