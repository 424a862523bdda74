import MeterNotation

/// A name at the beginning of a line that has other letters than TOML allows without quotes: `[source.été]`, `clé = 1`.
struct UnquotedName {
    /// The sentence that says what to write.
    let sentence: Phrase
    /// The place of the name on its line, from 1.
    let column: Int

    /// Looks for such a name; `nil` where there is none.
    ///
    /// - Parameter line: the line, its strings and its comment blanked.
    init?(in line: [Unicode.Scalar]) {
        guard let start = line.firstIndex(where: { $0 != " " && $0 != "\t" }) else { return nil }
        let isHeader = line[start] == "["
        let end = line[start...].firstIndex(of: isHeader ? "]" : "=")
        let first = line[start..<(end ?? start)].firstIndex { $0 != "[" && $0 != " " } ?? start
        guard let end, first < end else { return nil }
        let names = String(String.UnicodeScalarView(line[first..<end])).trimmed
            .split(separator: ".", omittingEmptySubsequences: false).map { String($0).trimmed }
        guard let wrong = names.first(where: { !isBareWord($0) }), names.allSatisfy(Self.isName) else { return nil }
        let right = names.map { isBareWord($0) ? $0 : slug(of: $0) }.joined(separator: ".")
        let name = quoted(wrong)
        sentence =
            isHeader
            ? "the name \(name) may have only small letters, digits, \"-\" and \"_\"; write [\(right)]" as Phrase
            : "the name \(name) may have only small letters, digits, \"-\" and \"_\"; write \(right) = ..." as Phrase
        column = first + 1
    }

    /// True for what a person would call a name: letters of any language, digits and blanks, and nothing that is not seen.
    private static func isName(_ text: String) -> Bool {
        text.contains(where: \.isLetter)
            && text.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || $0.properties.numericType != nil || " -_'’".unicodeScalars.contains($0)
            }
    }
}
