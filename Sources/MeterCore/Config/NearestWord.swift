public import MeterNotation

extension Phrase {
    /// The question that offers the word meant by a misspelt one.
    public static func didYouMean(_ word: String) -> Phrase { "did you mean \"\(word)\"?" }
}

/// The word most probably meant by a misspelt one: the same in other letters, small or capital; with `slips` wrong
/// letters at most; or the beginning or the last words of it.
public func nearestWord(to word: String, among candidates: [String], slips: Int = 2) -> String? {
    let letters = word.lowercased()
    if let same = candidates.first(where: { $0.lowercased() == letters }) { return same }
    let near =
        candidates
        .filter { abs($0.utf8.count - word.utf8.count) <= 2 }
        .map { (candidate: $0, distance: editDistance(word, $0)) }
        .filter { $0.distance <= slips && $0.distance < min($0.candidate.utf8.count, word.utf8.count) }
        .min { $0.distance < $1.distance }
    if let near { return near.candidate }
    guard word.utf8.count >= 3 else { return nil }
    return candidates.first {
        $0.utf8.count >= 3 && ($0.hasPrefix(word) || word.hasPrefix($0) || $0.hasSuffix("_\(word)"))
    }
}

/// The number of bytes to add, drop or replace to make one word of the other (Levenshtein).
func editDistance(_ a: String, _ b: String) -> Int {
    let b = Array(b.utf8)
    var row = Array(0...b.count)
    for (i, byte) in a.utf8.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let replaced = diagonal + (byte == b[j] ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(row[j] + 1, row[j + 1] + 1, replaced)
        }
    }
    return row[b.count]
}
