import MeterCore
import MeterDocuments
import MeterIO
import MeterNotation

/// The settings of a `push` source: one device that posts.
struct PushSettings: Sendable {
    /// The format of a post.
    enum Format: String, Sendable, CaseIterable {
        /// `form` is the values of a web form, in the body or in the address; `line` is InfluxDB's line protocol.
        case json, form, xml, csv, text, line

        /// The format of the document; `nil` for line protocol.
        var document: DocumentFormat? {
            switch self {
            case .json: .json
            case .form: .form
            case .xml: .xml
            case .csv: .csv
            case .text: .text
            case .line: nil
            }
        }
    }

    /// The address by default: programs on the box only.
    static let usualAddress = "127.0.0.1:8780"

    /// The address to listen at, by default 127.0.0.1:8780; `nil` when it is wrong.
    ///
    /// With 0.0.0.0:8780 devices of the network can post, and their tokens cross it readable. Several sources may share
    /// it.
    var address: ListenAddress?
    /// The device's token, at least 16 characters, in a file or a credential of the service; required.
    var token: Secret?
    /// The format, `json` by default.
    var format: Format
    /// The wanted values with their role, or the rules for line protocol.
    var payload: PayloadSettings
    /// Largest post in bytes, 100 to 4 000 000, by default 64 000; a larger one is refused.
    var largest: Int
    /// Maximum number of posts a minute, 1 to 6000, by default 120; as many may come at once.
    var postsPerMinute: Int

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        let listen = settings.string(
            "listen",
            default: Self.usualAddress,
            "Where devices post to; 0.0.0.0:8780 lets those of the network in, and tokens cross it readable. Sources may "
                + "share it."
        )
        address = ListenAddress(listen)
        if address == nil {
            settings.report("expected an address of this machine and a port, such as \"0.0.0.0:8780\"", at: "listen")
        }
        token = settings.secretFile(
            "token_file",
            credential: "\(settings.name)-token",
            "A file with the device's token, of 16 characters at least: openssl rand -hex 16 makes one."
        )
        if token == nil, !settings.contains("token_file") {
            settings.reportMissing(
                "token_file: missing; a file with the token by which the device is known",
                oneOf: ["token_file"]
            )
        }
        format = settings.choice("format", default: .json, "What the device sends; line is InfluxDB's line protocol.")
        payload = PayloadSettings(settings: settings, format: format.document)
        largest = settings.byteCount(
            "largest",
            in: 100...4_000_000,
            default: 64_000,
            "A larger post is refused, and one that takes longer than 5 s to read."
        )
        postsPerMinute = settings.integer(
            "posts_per_minute",
            in: 1...6000,
            default: 120,
            "More are refused; so many may come at once."
        )
    }
}
