import MeterCore
import MeterDocuments
import MeterNotation

/// A device's web server as a file describes it: the address, and the places of the values.
struct HTTPProfile: Sendable, DeviceProfile {
    /// The name, sources and reliability of the profile.
    var header: ProfileHeader
    /// The kind of device for the role production, `meter` by default.
    var kind: DeviceKind
    /// The meaning for the house unless the configuration tells it, `other` by default.
    var role: MeterRole
    /// True for a meter into which things are plugged, so that what comes out of them is below 0; false by default.
    var isPlug: Bool
    /// The URL with `{host}` and other places, or several, each with the name of its document.
    ///
    /// Documents of several pages, all of them JSON, are one with a member for each: paths begin with its name.
    var pages: [HTTPPage]
    /// The text by which a device at an address such as `udp://{host}:{port}` is asked; `nil` for a web server.
    var question: String?
    /// The measurement as it is written; `nil` for that of the role.
    var measurement: String?
    /// The interval of readings unless the configuration tells it, 1 s to 1 day, by default 10 s.
    var every: Duration
    /// The shortest interval that the device bears, 1 s to 1 day, by default 1 s.
    var leastEvery: Duration
    /// The time for an answer, 100 ms to 60 s, by default 10 s.
    var timeout: Duration
    /// The texts of places in braces unless the configuration has others, the table `[parameters]`.
    var parameters: [(name: String, value: String)]
    /// The page by which `probe` knows the device, and words all of which are in it; `nil` when none is known.
    var identity: (url: String, words: [String])?
    /// The wanted values, at least one.
    var map: FieldMap

    /// Reads a profile; problems go to the document's diagnostics.
    init(_ document: ConfigDocument) {
        let root = document.root
        header = ProfileHeader(settings: root)
        kind = root.choice("kind", default: .meter, "What the device is, where it produces.")
        role = root.choice("role", default: .other, "What its values mean, unless the configuration says so.")
        isPlug = root.boolean("plug", default: false, "Whether things are plugged into it: what they give is below 0.")
        if root.contains("urls") {
            pages = root.stringTable("urls", "The addresses of several documents.").map { HTTPPage(name: $0, url: $1) }
        } else {
            pages = [HTTPPage(name: "", url: root.string("url", "The address, with {host} and other places."))]
        }
        question = root.optionalString("question", "What is sent to a device that is asked by UDP.")
        if pages.contains(where: { $0.url.hasPrefix(DatagramClient.scheme) }) != (question != nil)
            || question != nil && pages.count > 1
        {
            root.report("one address by UDP has one question, and no other address has any", at: "question")
        }
        parameters = root.stringTable("parameters", "What places in braces are filled with, unless told otherwise.")
        measurement = root.contains("measurement") ? root.measurement("measurement", "Where the readings go.") : nil
        every = root.duration("every", in: .seconds(1) ... .seconds(86_400), default: .seconds(10), "How often.")
        leastEvery = root.duration(
            "least_every",
            in: .seconds(1) ... .seconds(86_400),
            default: .seconds(1),
            "How often it can be read at most."
        )
        timeout = root.duration(
            "timeout",
            in: .milliseconds(100) ... .seconds(60),
            default: .seconds(10),
            "How long an answer may take."
        )
        if let section = root.section("identity") {
            let url = section.string("url", "A page that needs no password, with {host}.")
            identity = (url, section.strings("contains", "Words all of which are in it."))
        }
        map = FieldMap(settings: root, role: role, hasParts: true)
        if !map.parts.isEmpty, role != .production { root.report("a hybrid inverter produces", at: "role") }
        if map.fields.isEmpty { root.report("it names no field, so it cannot be used") }
        root.finish()
    }
}

/// An address, and the name of its document where there are several.
struct HTTPPage: Sendable {
    /// The name of the document; empty for the only one.
    var name: String
    /// The address with places in braces.
    var url: String
}
