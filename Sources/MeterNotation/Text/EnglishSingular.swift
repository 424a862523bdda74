/// English words behind the number 1, which the sources have for several: `1 reading waits` for `1 readings wait`.
///
/// It knows the things that the program counts and what they do; any other word stays as it is.
enum EnglishSingular {
    /// The things that the program counts, one of them and several.
    private static let things: [Substring: String] = {
        let regular = """
            answer argument bit byte character checksum column day device digit duplicate edge error fault file format
            frame group hour interruption label line machine message meter minute mistake month part phase point post
            program pulse quarter question reading reconnection record refusal register request restart row run second
            silence source step thing time timeout value week
            """
        var things: [Substring: String] = ["batches": "batch", "boxes": "box", "quantities": "quantity"]
        for word in regular.split(whereSeparator: \.isWhitespace) { things["\(word)s"] = "\(word)" }
        return things
    }()

    /// What several things do, and one of them.
    private static let verbs: [Substring: String] = [
        "are": "is", "differ": "differs", "go": "goes", "have": "has", "lie": "lies", "wait": "waits", "were": "was",
    ]

    /// Words after which the number is not that of what follows: `1 of the groups`.
    private static let others: Set<Substring> = ["as", "at", "for", "from", "has", "in", "is", "of", "on", "to", "was"]

    /// The words in the singular, where they begin with a thing, or with one other word and a thing.
    static func of(_ words: String) -> String {
        var parts = words.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count > 1, parts[0].isEmpty else { return words }
        for place in 1...min(2, parts.count - 1) {
            let word = parts[place].prefix(while: \.isLetter)
            if let one = things[word] {
                parts[place] = one + parts[place].dropFirst(word.count)
                replaceVerb(behind: place, in: &parts)
                return parts.joined(separator: " ")
            }
            guard !word.isEmpty, word.count == parts[place].count, !others.contains(word) else { return words }
        }
        return words
    }

    /// Puts the verb behind a thing in the singular, where nothing stands between them.
    private static func replaceVerb(behind place: Int, in parts: inout [Substring]) {
        guard place + 1 < parts.count, parts[place].last?.isLetter == true else { return }
        let word = parts[place + 1].prefix(while: \.isLetter)
        if let verb = verbs[word] { parts[place + 1] = verb + parts[place + 1].dropFirst(word.count) }
    }
}
