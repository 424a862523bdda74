import MeterCore
import MeterDocuments
import MeterIO

/// The settings of a `push` source: one device that posts.
struct PushSettings: Sendable {
    /// What the device sends.
    enum Format: String, Sendable, CaseIterable {
        case json, form, xml, csv, text, line

        /// `nil` for line protocol.
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

    static let usualAddress = "127.0.0.1:8780"

    var address: ListenAddress?
    var token: Secret?
    var format: Format
    var payload: PayloadSettings
    /// The most bytes of a post.
    var largest: Int
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
            settings.report("token_file: missing; a file with the token by which the device is known")
        }
        format = settings.choice("format", default: .json, "What the device sends; line is InfluxDB's line protocol.")
        payload = PayloadSettings(settings: settings, format: format.document)
        largest = settings.byteCount("largest", in: 100...4_000_000, default: 64_000, "A larger post is refused.")
        postsPerMinute = settings.integer(
            "posts_per_minute",
            in: 1...6000,
            default: 120,
            "More are refused; so many may come at once."
        )
    }
}
