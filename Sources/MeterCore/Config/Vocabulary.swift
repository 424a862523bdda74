/// Choices that households may also call by other words than those of the schema.
public protocol Vocabulary: RawRepresentable<String>, CaseIterable {
    /// Other words for the choices, in small letters.
    static var synonyms: [String: Self] { get }
}

extension Vocabulary {
    /// The choice of a word, in any case; `nil` for a word that is none.
    public init?(word: String) {
        let word = word.lowercased()
        guard let choice = Self(rawValue: word) ?? Self.synonyms[word] else { return nil }
        self = choice
    }
}
