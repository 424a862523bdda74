import MeterCore
import MeterDocuments
import MeterNotation

/// The terms of a value, which may be the sum of several.
struct FieldSum: Sendable {
    /// One of them.
    struct Term: Sendable {
        /// Its place.
        var place: FieldPlace
        /// True when it is subtracted.
        var isSubtracted: Bool
        /// True when a document that does not have it adds nothing.
        var mayBeAbsent: Bool
    }

    /// The terms: the value itself, then those of the settings `plus`, `minus` and `if_there`, which most do not have.
    private(set) var terms: [Term]
    /// True when there are several.
    var isSum: Bool { terms.count > 1 }

    /// The help of `first_if_there`, which sums of registers have, too.
    static let firstInWords: Phrase =
        "Whether the first value of a sum, too, only counts if the device has it; at least one must be there."

    /// Reads the terms; problems go to the section's diagnostics.
    ///
    /// - Parameters:
    ///   - settings: the entry of the field.
    ///   - first: the place of the first term.
    ///   - format: of the documents.
    ///   - hasTopics: true by MQTT, where the terms are topics unless the first stands in the profile's own.
    init(settings: ConfigSection, like first: FieldPlace, format: DocumentFormat, hasTopics: Bool) {
        let keys = [
            ("plus", "More values like it that are added, each by its path, or by its topic." as Phrase),
            ("minus", "Values like it that are subtracted." as Phrase),
            ("if_there", "Values like it that are added, unless the device never had them." as Phrase),
            ("minus_if_there", "Values like it that are subtracted in the same way." as Phrase),
        ]
        let mayLackFirst = settings.boolean("first_if_there", default: false, Self.firstInWords)
        terms = [Term(place: first, isSubtracted: false, mayBeAbsent: mayLackFirst)]
        let isTopic = hasTopics && !first.topic.isEmpty
        for (key, help) in keys {
            for text in settings.strings(key, default: [], help) {
                guard let place = first.another(text, format, isTopic: isTopic) else {
                    settings.report("\"\(text)\" is no place in \(format.rawValue)", at: key)
                    continue
                }
                terms.append(
                    Term(place: place, isSubtracted: key.hasPrefix("minus"), mayBeAbsent: key.hasSuffix("if_there"))
                )
            }
        }
        if mayLackFirst, !isSum { settings.report("it is for a sum", at: "first_if_there") }
    }

    /// The sum of two numbers of one type; `nil` when it is too large, or one is no number.
    static func sum(_ one: FieldValue, _ other: FieldValue, isSubtracted: Bool) -> FieldValue? {
        switch (one, other) {
        case (.integer(let one), .integer(let other)):
            let (sum, overflow) =
                isSubtracted ? one.subtractingReportingOverflow(other) : one.addingReportingOverflow(other)
            return overflow ? nil : .integer(sum)
        case (.float(let one), .float(let other)):
            // The sum of tenths is one in tenths; a millionth is less than any device tells.
            return .float(((isSubtracted ? one - other : one + other) * 1e6).rounded() / 1e6)
        default: return nil
        }
    }
}
