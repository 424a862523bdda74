import MeterCore
import MeterDocuments
import MeterNotation

/// A device that speaks to a broker as a file describes it: its topics, and the places of the values in them.
struct MQTTProfile: Sendable, DeviceProfile {
    /// The name, sources and reliability of the profile.
    var header: ProfileHeader
    /// The kind of device for the role production, `meter` by default.
    var kind: DeviceKind
    /// The meaning for the house unless the configuration tells it, `other` by default.
    var role: MeterRole
    /// The format of messages: `json` by default, or `number`.
    var format: MQTTSettings.Format
    /// The beginning of all topics, or the only one, with places in braces such as `{portal}`.
    var root: String
    /// The texts of places in braces unless the configuration has others, the table `[parameters]`.
    var parameters: [(name: String, value: String)]
    /// The time in which messages of several topics become one reading, 1 s to 1 h, by default 10 s.
    var gather: Duration
    /// The time for which a value counts, 1 s to 1 day, by default as long as they are gathered.
    ///
    /// A device that speaks only when a value changes repeats all of them now and then.
    var hold: Duration
    /// The topic of the question without which the device falls silent, and its interval; `nil` for most.
    var question: (topic: String, every: Duration)?
    /// The wanted values, at least one.
    var map: FieldMap

    /// Reads a profile; problems go to the document's diagnostics.
    init(_ document: ConfigDocument) {
        let root = document.root
        header = ProfileHeader(settings: root)
        kind = root.choice("kind", default: .meter, "What the device is, where it produces.")
        role = root.choice("role", default: .other, "What its values mean, unless the configuration says so.")
        format = root.choice("format", among: [.json, .number], default: .json, "What a message is.")
        self.root = root.string("root", "The beginning of its topics, or its only one.")
        parameters = root.stringTable("parameters", "What places in braces are filled with, unless told otherwise.")
        gather = root.duration(
            "gather",
            in: .seconds(1) ... .seconds(3600),
            default: .seconds(10),
            "The time in which messages become one reading."
        )
        hold = root.duration(
            "hold",
            in: .seconds(1) ... .seconds(86_400),
            default: gather,
            "The time for which a value counts."
        )
        if let section = root.section("question") {
            let topic = section.string("topic", "The topic on which it is asked to go on.")
            let every = section.duration(
                "every",
                in: .seconds(10) ... .seconds(3600),
                default: .seconds(30),
                "How often it is asked."
            )
            question = (topic, every)
        }
        map = FieldMap(
            settings: root,
            role: role,
            format: format.document,
            hasParts: true,
            hasTopics: true
        )
        if !map.parts.isEmpty, role != .production { root.report("a hybrid inverter produces", at: "role") }
        if map.fields.isEmpty { root.report("it names no field, so it cannot be used") }
        root.finish()
    }
}
