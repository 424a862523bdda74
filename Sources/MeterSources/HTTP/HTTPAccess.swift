import MeterCore
import MeterIO

/// How a device's web server is spoken to: who asks, whom it trusts, how long it waits and how much it takes.
struct HTTPAccess: Sendable {
    var username: String?
    var password: Secret?
    var authentication: TransferRequest.Authentication
    var token: Secret?
    var certificateFile: String?
    var verifiesCertificate: Bool
    var timeout: Duration
    var largest: Int

    /// Reads the settings that every web source has; problems go to the section's diagnostics.
    init(settings: ConfigSection) {
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
        timeout = settings.duration(
            "timeout",
            in: .milliseconds(100) ... .seconds(30),
            default: .seconds(10),
            "How long an answer may take."
        )
        largest = settings.byteCount(
            "largest",
            in: 1000...16_000_000,
            default: 1 << 20,
            "A larger answer is refused."
        )
        if password != nil, username == nil, settings.contains("password_file") {
            settings.report("a password needs a username", at: "password_file")
        }
        if username != nil, password == nil {
            settings.report("a user needs a password: write password_file", at: "username")
        }
        if username != nil, token != nil { settings.report("either a user or a token, not both", at: "token_file") }
    }

    /// A request with everything that it takes.
    ///
    /// - Throws: `SecretError` when a secret cannot be read.
    func request(_ url: String, headers: [String]) throws -> TransferRequest {
        var request = TransferRequest(.get, url, headers: headers)
        if let username { request.credentials = (username, try password?.read() ?? "") }
        if let token { request.headers.append("Authorization: Bearer \(try token.read())") }
        request.authentication = authentication
        request.certificateFile = certificateFile
        request.verifiesCertificate = verifiesCertificate
        request.timeout = timeout
        request.largestAnswer = largest
        return request
    }
}
