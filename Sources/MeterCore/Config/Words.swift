/// The words that stand for the choices of an enumeration.
struct Words<Choice: RawRepresentable<String> & CaseIterable> {
    /// Each word, and the choice that it stands for.
    private let words: [(word: String, choice: Choice)]
    /// True for a vocabulary, whose words count in any case.
    private let hasSynonyms: Bool

    init() {
        var synonyms: [(word: String, choice: Choice)] = []
        if let type = Choice.self as? any Vocabulary.Type {
            for (word, choice) in type.synonyms {
                if let choice = choice as? Choice { synonyms.append((word, choice)) }
            }
        }
        words = Choice.allCases.map { ($0.rawValue, $0) } + synonyms.sorted { $0.word < $1.word }
        hasSynonyms = !synonyms.isEmpty
    }

    /// The choice of a word; of a vocabulary in any case.
    func choice(_ text: String) -> Choice? {
        if let exact = Choice(rawValue: text) { return exact }
        guard hasSynonyms else { return nil }
        return words.first { $0.word == text.lowercased() }?.choice
    }

    /// The word that a misspelt one was probably meant to be.
    ///
    /// So many slips as make another choice of one are never forgiven, nor one that is as near to another.
    func nearest(to text: String, among names: [String]) -> String? {
        let text = text.lowercased()
        if names.contains(text) { return text }
        let possible = words.filter { names.contains($0.choice.rawValue) }
        var apart = Int.max
        for (place, one) in possible.enumerated() {
            for other in possible[(place + 1)...] where other.choice.rawValue != one.choice.rawValue {
                apart = min(apart, editDistance(one.word, other.word))
            }
        }
        guard let near = nearestWord(to: text, among: possible.map(\.word), slips: min(2, apart - 1)) else {
            return nil
        }
        let distance = editDistance(text, near)
        let meant = Set(possible.filter { editDistance(text, $0.word) == distance }.map(\.choice.rawValue))
        return meant.count == 1 ? near : nil
    }
}
