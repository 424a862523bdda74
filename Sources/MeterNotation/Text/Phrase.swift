/// A sentence for a person, in English in the source, in the language of the system when it is shown.
///
/// The English text with its places is the key of the translation: `"\(name) is not there"` is looked up as
/// `%1$s is not there`, and a translation may put the places in another order. The places are filled with what the
/// values say, which may be phrases themselves. `Tests/translations` finds the phrases in the sources.
public struct Phrase: ExpressibleByStringInterpolation, CustomStringConvertible, Sendable {
    /// The English words around the places, one more than there are places.
    private var words: [String]
    /// The texts of the places.
    private var values: [String]

    /// A phrase without places.
    public init(stringLiteral text: String) {
        words = [text]
        values = []
    }

    /// A phrase with a place for each interpolation.
    public init(stringInterpolation parts: StringInterpolation) {
        words = parts.words
        values = parts.values
    }

    /// A text that is said as it is, such as a path, or one that was a phrase before.
    public init(verbatim text: String) { self.init(stringInterpolation: StringInterpolation(text)) }

    /// One phrase of two, for a text that is too long for a line: it has one translation.
    public static func + (left: Phrase, right: Phrase) -> Phrase {
        var both = left
        both.words[both.words.count - 1] += right.words[0]
        both.words += right.words.dropFirst()
        both.values += right.values
        return both
    }

    /// The text in the language of the system, in English where there is no translation.
    public var description: String {
        guard SystemLanguage.hasTranslations, words.contains(where: { $0.contains(where: \.isLetter) }),
            let translation = SystemLanguage.translation(of: key)
        else { return english }
        return values.isEmpty ? translation : filled(translation)
    }

    /// The text in English.
    public var english: String {
        words.dropFirst().enumerated().reduce(words[0]) { $0 + values[$1.offset] + $1.element }
    }

    /// The text by which its translation is known; `%` stands there twice where there are places.
    var key: String {
        guard !values.isEmpty else { return words[0] }
        let words = words.map { $0.replacing("%", with: "%%") }
        return words.dropFirst().enumerated().reduce(words[0]) { "\($0)%\($1.offset + 1)$s\($1.element)" }
    }

    /// A translation with its places filled; a place that the phrase has not stays as it is.
    func filled(_ translation: String) -> String {
        var text = ""
        var rest = translation[...]
        while let mark = rest.firstIndex(of: "%") {
            text += rest[..<mark]
            rest = rest[rest.index(after: mark)...]
            let digits = rest.prefix(while: \.isNumber)
            if rest.first == "%" {
                text += "%"
                rest = rest.dropFirst()
            } else if let place = Int(digits), values.indices.contains(place - 1),
                rest[digits.endIndex...].hasPrefix("$s")
            {
                text += values[place - 1]
                rest = rest[digits.endIndex...].dropFirst(2)
            } else {
                text += "%"
            }
        }
        return text + rest
    }

    /// The parts of a phrase while it is put together.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var words = [""]
        fileprivate var values: [String] = []

        public init(literalCapacity: Int, interpolationCount: Int) { values.reserveCapacity(interpolationCount) }

        fileprivate init(_ text: String) { appendInterpolation(text) }

        /// Adds English words.
        public mutating func appendLiteral(_ literal: String) { words[words.count - 1] += literal }

        /// Adds a place with a text.
        public mutating func appendInterpolation(_ text: String) {
            values.append(text)
            words.append("")
        }

        /// Adds a place with what a value says of itself.
        public mutating func appendInterpolation(_ value: Any) { appendInterpolation(String(describing: value)) }
    }
}

/// A phrase's text in the language of the system: `said("\(name) is not there")`.
public func said(_ phrase: Phrase) -> String { phrase.description }
