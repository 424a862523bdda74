import MeterCore
import MeterDocuments
import MeterNotation

/// What must be so in a document for another value of it to be one: `{ path = "message", is = ["SUCCESS"] }`.
///
/// A gateway that has just started says 0 for the total of inverters that have not answered yet.
struct FieldCondition: Sendable {
    /// The place of the value that decides.
    let place: FieldPlace
    /// The texts that it must have one of, in small letters; empty for a number within bounds.
    private let words: Set<String>
    /// The smallest number, when it is one.
    private let least: Double?

    /// Reads a condition; problems go to the section's diagnostics.
    init(settings: ConfigSection, format: DocumentFormat, hasTopics: Bool) {
        words = Set(settings.strings("is", default: [], "The texts for which it is so.").map { $0.lowercased() })
        least = settings.optionalNumber("at_least", "Or the smallest number for which it is so.")
        place = FieldPlace(settings: settings, format: format, hasTopics: hasTopics)
        if words.isEmpty == (least == nil) { settings.report("write either is or at_least") }
    }

    /// True when it is so; false, too, where the document does not say.
    func holds(_ found: FoundValue?) -> Bool {
        let text: String
        switch found {
        case .text(let word)?: text = word.trimmed.lowercased()
        case .boolean(let flag)?: text = "\(flag)"
        default: return false
        }
        guard let least else { return words.contains(text) }
        return NumberText(text).map { $0.double >= least } ?? false
    }
}
