public import MeterCore
import MeterNotation

/// The keys by which a section names a broker, our user there, and the trust in it.
public struct MQTTAccess: Sendable {
    /// The broker's address and TLS settings; by default `mqtt://127.0.0.1:1883`, `nil` when it is wrong.
    ///
    /// From the settings `broker`, `ca_file` (default: the system's certificates) and `insecure` (default false).
    public var broker: MQTTBroker?
    /// The user's name at the broker; by default none is sent.
    private var username: String?
    /// The password, in a file or a credential of the service; it needs a `username`.
    private var password: Secret?

    /// Decodes the keys; problems go to the section's diagnostics.
    public init(settings: ConfigSection) {
        broker = Self.broker(settings)
        username = settings.optionalString("username", "The user, when the broker asks for one.")
        password = settings.secretFile(credential: "\(settings.name)-password", "A file with that user's password.")
        if password != nil, username == nil, settings.contains("password_file") {
            settings.report("a password needs a username", at: "password_file")
        }
    }

    /// The user and the password, read anew.
    ///
    /// - Throws: `SecretError` when the password cannot be read.
    public func credentials() throws -> (user: String, password: String)? {
        try username.map { ($0, try password?.read() ?? "") }
    }

    private static func broker(_ settings: ConfigSection) -> MQTTBroker? {
        let text = settings.string(
            "broker",
            default: "mqtt://127.0.0.1:1883",
            "The broker; mqtts://NAME:8883 is one with TLS."
        )
        let file = settings.optionalPath("ca_file", "A file of certificates to trust in place of the system's.")
        let takesAny = settings.boolean(
            "insecure",
            default: false,
            "Take any certificate: whoever is in between can read the password."
        )
        guard var broker = MQTTBroker(text) else {
            settings.report("expected an address such as \"mqtt://192.168.1.10:1883\", without a user", at: "broker")
            return nil
        }
        broker.certificateFile = file
        broker.verifiesCertificate = !takesAny
        for key in ["ca_file", "insecure"] where settings.contains(key) && !broker.usesTLS {
            settings.report("it is for a broker with TLS: mqtts://", at: key)
        }
        return broker
    }
}
