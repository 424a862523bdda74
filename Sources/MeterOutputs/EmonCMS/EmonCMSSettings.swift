import MeterCore
import MeterNotation

/// The settings of an EmonCMS.
struct EmonCMSSettings: Sendable {
    /// Key `url`: http or https, to where EmonCMS is; a slash at its end is dropped.
    ///
    /// `http://127.0.0.1/emoncms` by default, as on an emonPi.
    var url: String
    /// Key `key_file`, or systemd's credential `NAME-key`: the key for writing.
    var key: Secret?
    /// Key `ca_file`: certificates to trust in place of the system's, in PEM; `nil` for the system's.
    var certificateFile: String?

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        url = settings.string(
            "url",
            default: "http://127.0.0.1/emoncms",
            "Where EmonCMS is, such as https://emoncms.org, http or https."
        )
        let hasScheme = ["http://", "https://"].contains { url.hasPrefix($0) }
        if !hasScheme || url.contains(where: { "?#@".contains($0) }) {
            settings.report("expected an address such as \"https://emoncms.org\", found \"\(url)\"", at: "url")
        }
        while url.hasSuffix("/") { url.removeLast() }
        key = settings.secretFile(
            "key_file",
            credential: "\(settings.name)-key",
            "A file with the key for reading and writing, and nothing else."
        )
        certificateFile = settings.optionalPath("ca_file", "A file of certificates to trust in place of the system's.")
    }
}
