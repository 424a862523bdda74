/// A sentence of a library, which is English, and what is said in its place in the language of the system.
public struct KnownSentence: Sendable {
    /// The sentence, in which `*` stands for what changes.
    private let pattern: String
    private let said: @Sendable ([String]) -> String

    /// Knows a sentence.
    ///
    /// - Parameters:
    ///   - pattern: the sentence with a `*` for each place.
    ///   - said: makes what is said of what stands in the places.
    public init(_ pattern: String, _ said: @escaping @Sendable ([String]) -> String) {
        (self.pattern, self.said) = (pattern, said)
    }

    /// What is said in the place of a text; `nil` for another sentence.
    public func translated(_ text: some StringProtocol) -> String? {
        places(in: Substring(text)).map(said)
    }

    /// What stands in the places; `nil` for another sentence.
    private func places(in text: Substring) -> [String]? {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return text == pattern ? [] : nil }
        guard text.hasPrefix(parts[0]) else { return nil }
        var rest = text.dropFirst(parts[0].count)
        var places: [String] = []
        for part in parts.dropFirst().dropLast() {
            guard let range = rest.firstRange(of: part) else { return nil }
            places.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        guard let end = parts.last, rest.hasSuffix(end) else { return nil }
        return places + [String(rest.dropLast(end.count))]
    }
}

extension [KnownSentence] {
    /// What is said in the place of a text, by the first sentence that it is; `nil` for another one.
    public func translated(_ text: some StringProtocol) -> String? {
        for sentence in self {
            if let said = sentence.translated(text) { return said }
        }
        return nil
    }
}
