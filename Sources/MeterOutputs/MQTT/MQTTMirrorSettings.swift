import MeterCore
import MeterIO
import MeterNotation

/// The settings of an output to an MQTT broker.
struct MQTTMirrorSettings: Sendable {
    /// The language of the names that people read.
    enum Language: String, Sendable, CaseIterable { case french = "fr", english = "en" }

    /// The broker, and our user there.
    var access: MQTTAccess
    /// The first part of all topics, `boxenergie` by default; the house's name follows.
    var prefix: String
    /// The first part of the topics by which Home Assistant finds devices, `homeassistant` by default; `nil` for none.
    var discovery: String?
    /// The language of the names, French by default.
    var language: Language
    /// The shortest time between two values of a power or a voltage, 1 s to 1 h, 30 s by default.
    var every: Duration
    /// True when the broker keeps the values for whoever comes later; true by default.
    var isKept: Bool
    /// True when long numbers within names, of meters and delivery points, are told in full; false by default.
    var showsNumbers: Bool

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        access = MQTTAccess(settings: settings)
        prefix = settings.string(
            "prefix",
            default: "boxenergie",
            "What all topics begin with; the site's name follows. Two boxes at one broker need two prefixes or two sites."
        )
        let isFound = settings.boolean(
            "discovery",
            default: true,
            "Whether Home Assistant and Domoticz find the values by themselves."
        )
        let start = settings.string(
            "discovery_prefix",
            default: "homeassistant",
            "What the topics begin with by which they find them."
        )
        discovery = isFound ? start : nil
        language = settings.choice("language", default: .french, "The language of the names that people read.")
        every = settings.duration(
            "every",
            in: .seconds(1) ... .seconds(3600),
            default: .seconds(30),
            "The shortest time between two values of a power or a voltage; totals come half as often."
        )
        isKept = settings.boolean(
            "retain",
            default: true,
            "Whether the broker keeps the values for whoever comes later."
        )
        showsNumbers = settings.boolean(
            "show_numbers",
            default: false,
            "Whether long numbers of meters within names are told in full, and not by their last four digits."
        )
        for (key, text) in [("prefix", prefix), ("discovery_prefix", start)] where !MirrorTopics.isPath(text) {
            settings.report("expected letters, digits, - and _, and / between such parts", at: key)
        }
    }
}
