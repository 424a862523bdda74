/// A sentence for a person, in English in the source, in the language of the system when it is shown.
///
/// The English text with its places is the key of the translation: `"\(name) is not there"` is looked up as
/// `%1$s is not there`, and a translation may put the places in another order. The places are filled with what the
/// values say, which may be phrases themselves. `Tests/translations` finds the phrases in the sources.
public struct Phrase: ExpressibleByStringInterpolation, CustomStringConvertible, Sendable, Hashable {
    /// A place, and the English words behind it.
    private struct Place: Sendable, Hashable {
        /// The text that fills it.
        var value: String
        var words = ""
    }

    /// The English words before the first place: a phrase without places costs no more than its text.
    private var words: String
    private var places: [Place]

    /// A phrase without places.
    public init(stringLiteral text: String) {
        words = text
        places = []
    }

    /// A phrase with a place for each interpolation.
    public init(stringInterpolation parts: StringInterpolation) { self = parts.phrase }

    /// A text that is said as it is, such as a path, or one that was a phrase before.
    public init(verbatim text: String) { self.init(stringInterpolation: StringInterpolation(text)) }

    /// One phrase of two, for a text that is too long for a line: it has one translation.
    public static func + (left: Phrase, right: Phrase) -> Phrase {
        var both = left
        both.add(right.words)
        both.places += right.places
        return both
    }

    /// The text in the language of the system, in English where there is no translation.
    public var description: String {
        guard SystemLanguage.hasTranslations, hasWords, let translation = SystemLanguage.translation(of: key)
        else { return english }
        return places.isEmpty ? translation : filled(translation)
    }

    /// True when there is something to translate: words, or a colon or semicolon, before which French has a blank.
    private var hasWords: Bool {
        func isOfLanguage(_ c: Character) -> Bool { c.isLetter || c == ":" || c == ";" }
        return words.contains(where: isOfLanguage) || places.contains { $0.words.contains(where: isOfLanguage) }
    }

    /// The text in English; behind the number 1 in the singular.
    public var english: String {
        places.reduce(words) { $0 + $1.value + ($1.value == "1" ? EnglishSingular.of($1.words) : $1.words) }
    }

    /// The text by which its translation is known; `%` stands there twice where there are places.
    var key: String {
        guard !places.isEmpty else { return words }
        return places.enumerated().reduce(words.replacing("%", with: "%%")) {
            "\($0)%\($1.offset + 1)$s\($1.element.words.replacing("%", with: "%%"))"
        }
    }

    /// Adds English words at the end.
    private mutating func add(_ more: String) {
        if places.isEmpty { words += more } else { places[places.count - 1].words += more }
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
            } else if let place = Int(digits), places.indices.contains(place - 1),
                rest[digits.endIndex...].hasPrefix("$s")
            {
                text += places[place - 1].value
                rest = rest[digits.endIndex...].dropFirst(2)
            } else {
                text += "%"
            }
        }
        return text + rest
    }

    /// The parts of a phrase while it is put together.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var phrase: Phrase = ""

        public init(literalCapacity: Int, interpolationCount: Int) { phrase.places.reserveCapacity(interpolationCount) }

        fileprivate init(_ text: String) { appendInterpolation(text) }

        /// Adds English words.
        public mutating func appendLiteral(_ literal: String) { phrase.add(literal) }

        /// Adds a place with a text.
        public mutating func appendInterpolation(_ text: String) { phrase.places.append(Place(value: text)) }

        /// Adds a place with what a value says of itself.
        public mutating func appendInterpolation(_ value: Any) { appendInterpolation(String(describing: value)) }
    }
}

/// A phrase's text in the language of the system: `said("\(name) is not there")`.
public func said(_ phrase: Phrase) -> String { phrase.description }
