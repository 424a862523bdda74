import MeterCore
import MeterDocuments
import MeterNotation

/// A place at which a value is looked for, in a document or in messages of a topic.
struct FieldPlace: Sendable {
    /// The path of a message that is one value and no document.
    static let bareValue = "value"

    /// The name of the field for which it is looked for; empty for a value that only decides.
    var field = ""
    /// The place as it is written, in the notation of the format.
    var path: String
    /// The parsed place; `nil` when `path` is not one of the format, which is reported.
    var place: DocumentPlace?
    /// The topic behind that of the profile, by MQTT; empty for the profile's own.
    var topic = ""
    /// True for a register of energy in Wh.
    var isEnergy = false
    /// The factor to the stored unit.
    var scale = 1.0

    /// The name of the place among those of a device.
    var name: String { topic.isEmpty ? path : "\(topic) \(path)" }

    /// Reads `path`, and by MQTT `topic`; problems go to the section's diagnostics.
    init(settings: ConfigSection, format: DocumentFormat, hasTopics: Bool) {
        if hasTopics { topic = settings.string("topic", default: "", "The topic, behind that of the profile.") }
        path = settings.string(
            "path",
            default: hasTopics ? Self.bareValue : nil,
            "Where it stands: \(FieldMap.placesInWords)."
        )
        place = DocumentPlace(path, in: format)
        if place == nil, !path.isEmpty { settings.report("\"\(path)\" is not \(format.placeInWords)", at: "path") }
    }

    /// Another place for the same field.
    ///
    /// - Parameters:
    ///   - text: a path, or by MQTT a topic.
    ///   - format: of the documents.
    ///   - isTopic: true for a topic.
    /// - Returns: `nil` when the text is not a place of the format.
    func another(_ text: String, _ format: DocumentFormat, isTopic: Bool) -> FieldPlace? {
        var other = self
        if isTopic {
            other.topic = text
            return other
        }
        other.path = text
        other.place = DocumentPlace(text, in: format)
        return other.place == nil ? nil : other
    }
}

extension DocumentFormat {
    /// The notation of a place in this format, for messages.
    fileprivate var placeInWords: Phrase {
        switch self {
        case .json: "a place in JSON such as \"main.temp\", \"meters[0].power\" or \"/em:0/act_power\""
        case .xml, .html: "an XPath such as \"/response/T1_PAPP\" or \"//td[@id='power']\""
        case .csv: "a column: its name, or its number from 1"
        case .form: "a name in the form"
        case .text: "a regular expression such as \"Power: ([0-9]+)\""
        }
    }
}
