import MeterCore
import MeterDocuments
import MeterIO
import MeterNotation

/// The settings of an `mqtt` source.
struct MQTTSettings: Sendable {
    /// The format of a message.
    enum Format: String, Sendable, CaseIterable {
        /// A bare value, such as `21.5`; its name is in the topic.
        case number
        /// A document with several values, or line protocol.
        case json, csv, xml, text, line

        /// The format of the document; `nil` for line protocol.
        var document: DocumentFormat? {
            switch self {
            case .number: .form
            case .json: .json
            case .csv: .csv
            case .xml: .xml
            case .text: .text
            case .line: nil
            }
        }
    }

    /// The treatment of retained messages: their age is not known.
    enum Retained: String, Sendable, CaseIterable {
        /// Left out and counted; the default.
        case skip
        /// Stored as of the time they come, with the field `retained = true`.
        case mark
    }

    /// The broker, and our user there.
    var access: MQTTAccess
    /// The broker's address; `nil` when it is wrong.
    var broker: MQTTBroker? { access.broker }
    /// The topics to hear, at least one, in the order in which they are tried.
    var topics: [TopicPattern]
    /// The quality of service of the subscriptions, 0 to 2, by default 1.
    var quality: Int
    /// The client's name at the broker; by default made of the box's and the source's name.
    ///
    /// Without wildcards and at most 1000 bytes. Two clients of one name disconnect each other.
    var clientID: String?
    /// The topic that tells online or offline, the latter by the broker when the box is gone; by default none.
    var presence: String?
    /// The treatment of retained messages, `skip` by default.
    var retained: Retained
    /// The format of messages, `json` by default.
    var format: Format
    /// The wanted values with their role, or the rules for line protocol.
    var payload: PayloadSettings
    /// Largest message in bytes, 100 to 4 000 000, by default 64 000; a larger one is counted and left out.
    var largest: Int
    /// The topics whose messages are one reading together, of a profile; `nil` without one.
    var gathered: GatheredTopics?
    /// The parts of a hybrid inverter that are stored beside its panels.
    var parts: WantedParts
    /// The setting that turns the sign of a profile's power round; `nil` for values of its own.
    ///
    /// It is `invert_power`, by default false.
    var turning: String?
    /// Maximum rate, 1 to 2000 messages a second as a mean of ten seconds, by default 100; more are left out.
    var messagesPerSecond: Int

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        access = MQTTAccess(settings: settings)
        let profile: MQTTProfile? = ProfileLibrary.profile(
            .mqtt,
            settings,
            doubtful: "topics",
            "Use a profile whose topics nobody has confirmed."
        )
        topics = Self.topics(settings)
        quality = settings.integer("qos", in: 0...2, default: 1, "How hard the broker tries to deliver.")
        clientID = settings.optionalString(
            "client_id",
            "The name at the broker; by default boxenergie, a word for this box, and the source's name."
        )
        presence = settings.optionalString(
            "status_topic",
            "Where to tell others online or offline, by a will when the box is gone, such as boxenergie/status."
        )
        retained = settings.choice(
            "retained",
            default: .skip,
            "What becomes of messages that the broker kept from before; mark stores them as of now, with retained = true."
        )
        format = settings.choice("format", default: .json, "What a message is; number is a bare value.")
        parts = WantedParts(settings: settings, of: profile?.map.parts ?? [])
        gathered = nil
        if let profile {
            let own = settings.optionalChoice("role", of: MeterRole.self, "What the values mean for the house.")
            let role = own ?? profile.role
            let direction = MeterDirection(settings: settings, of: profile.map, usual: profile.role, as: role)
            turning = direction.turning
            let map = profile.map.only(parts).turned(direction)
            gathered = GatheredTopics(profile, map, settings: settings)
            let measurement = settings.destination(
                "measurement",
                default: role.kind?.rawValue,
                "Where the readings go; by default that of the role, such as raw.meter."
            )
            payload = PayloadSettings(map, role, profile.kind, measurement)
            format = profile.format
        } else {
            payload = PayloadSettings(settings: settings, format: format.document)
            turning = nil
            _ = MeterDirection(settings: settings, of: nil, usual: .other, as: .other)
        }
        largest = settings.byteCount(
            "largest",
            in: 100...4_000_000,
            default: 64_000,
            "A larger message is left out; one that is much larger is not even taken from the broker."
        )
        messagesPerSecond = settings.integer(
            "messages_per_second",
            in: 1...2000,
            default: 100,
            "More, over ten seconds, are left out and counted."
        )
        check(settings)
    }

    /// Decodes `topics`; patterns with mistakes are reported and left out.
    private static func topics(_ settings: ConfigSection) -> [TopicPattern] {
        let texts = settings.strings(
            "topics",
            default: settings.contains("profile") ? [] : nil,
            "What to hear: tele/{device}/SENSOR makes a part the tag device, {field} says which value it is; + and # are "
                + "MQTT's."
        )
        if texts.isEmpty, settings.contains("topics") { settings.report("at least one topic is needed", at: "topics") }
        return texts.compactMap { text in
            do throws(PayloadError) {
                return try TopicPattern(text)
            } catch {
                settings.report("\"\(text)\": \(error)", at: "topics")
                return nil
            }
        }
    }

    /// Reports settings that contradict each other: wildcards in a name, `{field}` with documents.
    private func check(_ settings: ConfigSection) {
        for (key, text) in [("status_topic", presence), ("client_id", clientID)] {
            guard let text, text.contains(where: { "+#".contains($0) }) || text.utf8.count > 1000 else { continue }
            settings.report("it has no wildcards, and at most 1000 characters", at: key)
        }
        if settings.contains("profile") {
            for key in ["topics", "format", "fields", "retained"] where settings.contains(key) {
                settings.report("the profile says so", at: key)
            }
            return
        }
        if settings.contains("role"), topics.contains(where: \.mixesDevices) {
            settings.report(
                "+ and # take several devices for one meter; {device} in the place of + tells them apart",
                at: "topics",
                severity: .warning
            )
        }
        if topics.contains(where: \.hasField), format != .number {
            settings.report("{field} is for the format number, where a message is one value", at: "topics")
        }
        guard case .fields(let map, _, _, _) = payload.content, format == .number, !topics.isEmpty else { return }
        guard let field = map.fields.first(where: { $0.path != FieldPlace.bareValue }) else { return }
        if topics.allSatisfy({ !$0.hasField }) {
            settings.report(
                "fields.\(field.field): without {field} in a topic its path is \"\(FieldPlace.bareValue)\"",
                at: "fields"
            )
        }
    }
}
