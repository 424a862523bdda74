public import MeterCore
public import MeterIO
public import MeterNotation

/// The settings of the page of the house, `[page]`; without that table there is none.
///
/// A plugin only so that `boxenergie outputs page` describes it as it does a server; it has no `type` in the file.
public struct PageSettings: Plugin, Equatable {
    /// The name of its table.
    public static let type = "page"
    /// One line for `boxenergie outputs`.
    public static let summary: Phrase = "The page of the house for phone, tablet and wall, in the home network only."
    /// A table to copy.
    public static let sample = """
        # http://BOX:8781/ in any browser of the home network; whoever is in it may read, and nobody can change anything.
        [page]
        listen = "0.0.0.0:8781"              # without it, a screen or programs on the box only
        """

    /// The address by default: programs and a screen on the box only.
    static let usualAddress = "127.0.0.1:8781"

    /// The address to listen at, by default 127.0.0.1:8781; `nil` when it is wrong.
    public var address: ListenAddress?
    /// More names under which the box may be called.
    var names: [String]
    /// Origins whose pages may show this one within them, such as `http://homeassistant.local:8123`.
    var embedders: [String]

    /// Reads the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        let listen = settings.string(
            "listen",
            default: Self.usualAddress,
            "Where the page is; 0.0.0.0:8781 opens it to the whole home network, to read and without a password."
        )
        address = ListenAddress(listen)
        if address == nil {
            settings.report("expected an address of this machine and a port, such as \"0.0.0.0:8781\"", at: "listen")
        }
        names = settings.strings(
            "names",
            default: [],
            "More names of the box, beside addresses, single words and those that end in .local, .lan, .home or .internal."
        )
        if let wrong = names.first(where: { PageHost.name(of: $0) != $0.lowercased() || $0.isEmpty }) {
            settings.report("expected a name without http:// and port, found \"\(wrong)\"", at: "names")
        }
        embedders = settings.strings(
            "embed_in",
            default: [],
            "Addresses of pages that may show this one within them, such as http://homeassistant.local:8123."
        )
        if let wrong = embedders.first(where: { !Self.isOrigin($0) }) {
            settings.report(
                "expected an address such as http://homeassistant.local:8123, found \"\(wrong)\"",
                at: "embed_in"
            )
        }
    }

    /// True for a scheme, a name and perhaps a port, and nothing that would end a header's word.
    private static func isOrigin(_ text: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return false }
        let rest = text.dropFirst(scheme.count)
        return !rest.isEmpty
            && rest.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
                    UInt8(ascii: "["), UInt8(ascii: "]"):
                    true
                default: false
                }
            }
    }
}
