import MeterCore
import MeterIO
import MeterNotation

/// A URL with places for the things that differ from house to house: `http://{host}/status?key={key}`.
struct HTTPAddress: Sendable {
    /// The URL with its places in braces.
    private let template: String
    /// The text for `{host}`: a name or an address, with a port where it is not the usual one.
    let host: String?
    /// The texts for other places, by name.
    private let parameters: [String: String]
    /// The secret for `{key}`, in a file or a credential of the service.
    private let key: Secret?

    /// Reads what the places are filled with; problems go to the section's diagnostics.
    ///
    /// - Parameters:
    ///   - template: the URL.
    ///   - settings: the source's section.
    ///   - more: more texts with places: headers, and the other addresses of a profile.
    ///   - usual: the texts that places have unless the settings have others.
    init(
        _ template: String,
        settings: ConfigSection,
        more: [String] = [],
        usual: [(name: String, value: String)] = []
    ) {
        self.template = template
        host = settings.optionalString("host", "The device's address, for {host}; with a port if it is not the usual.")
        let table = settings.stringTable("parameters", "What other places in braces are filled with.")
        parameters = Dictionary((table + usual).map { ($0.name, $0.value) }) { first, _ in first }
        key = settings.secretFile("key_file", credential: "\(settings.name)-key", "A file with a key, for {key}.")
        if let host, !host.utf8.allSatisfy({ Self.isOfHost($0) }) {
            settings.report("expected a name or an address such as \"192.168.1.30\"", at: "host")
        }
        if let host { settings.refuseImpossible("host", host) }
        let places = Set(([template] + more).flatMap { Self.pieces($0).compactMap(\.place) })
        for place in places.sorted() {
            switch place {
            case "host":
                // Where a profile has the address, an url is the mistake, and said as one.
                if host == nil, !(settings.contains("url") && settings.contains("profile")) {
                    settings.reportMissing("host: missing; the address of the device", oneOf: ["host"])
                }
            case "key":
                if key == nil {
                    settings.reportMissing("key_file: missing; a file with the key for {key}", oneOf: ["key_file"])
                }
            default:
                if parameters[place] == nil { settings.report("parameters.\(place): missing; it fills {\(place)}") }
            }
        }
        for (name, _) in table where !places.contains(name) {
            settings.report("nothing has the place {\(name)}", at: "parameters")
        }
        if host != nil, !template.isEmpty, !places.contains("host") {
            settings.report("the url has no place {host}", at: "host")
        }
        if settings.contains("key_file"), !places.contains("key") {
            settings.report("nothing has the place {key}", at: "key_file")
        }
    }

    /// True for a byte that a host may have, so that no setting can change the rest of the URL.
    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: ".-_:[]".utf8.contains(byte)
        }
    }

    /// The pieces of a text, each a literal with the place behind it; the last one has none.
    private static func pieces(_ text: String) -> [(literal: String, place: String?)] {
        var pieces: [(literal: String, place: String?)] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            pieces.append((String(rest[..<open]), String(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        pieces.append((String(rest), nil))
        return pieces
    }

    /// The URL with what fills its places besides the key, the same for the same document.
    var identity: String {
        let fillings = parameters.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
        return ([template, host ?? ""] + fillings).joined(separator: " ")
    }

    /// The URL with its places filled in; it may hold a secret.
    ///
    /// - Throws: `SecretError` when the key cannot be read.
    func url() async throws -> String { try await filled(template, escape: percentEscaped) }

    /// Another text with its places filled in, such as a header.
    func filled(_ text: String, escape: (String) -> String = { $0 }) async throws -> String {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
        var filled = ""
        for (literal, place) in Self.pieces(text) {
            filled += literal
            switch place {
            case nil: break
            case "host"?: filled += host ?? ""
            case "key"?: filled += escape(try await key?.fetch() ?? "")
            case let name?: filled += escape(parameters[name] ?? "")
            }
        }
        return filled
    }
}
