import MeterNotation

/// A slip on a line that is no TOML, which its writer would not see in the parser's words.
struct TOMLSlip {
    /// The sentence that says what to write.
    let sentence: Phrase
    /// Where it stands on its line, from 1.
    let column: Int

    /// Looks for a slip: a decimal comma, quotes of a word processor, a name with accents, or JSON in the place of TOML;
    /// `nil` for none of these.
    ///
    /// - Parameters:
    ///   - line: the line at which the parser gave up.
    ///   - bytes: the whole file.
    init?(in line: [Unicode.Scalar], of bytes: [UInt8]) {
        let first = bytes.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\t") }
        if first == UInt8(ascii: "{") {
            sentence =
                "this is JSON, and a configuration is TOML: write [tags], and below it site = \"maison\"" as Phrase
            column = 1
            return
        }
        let code = Self.withoutStrings(line)
        if let place = code.firstIndex(where: { "“”„‟«»‘’‚".unicodeScalars.contains($0) }) {
            sentence = "text goes in straight double quotes, as \"maison\", and these are a word processor's" as Phrase
            column = place + 1
            return
        }
        if let name = UnquotedName(in: code) {
            sentence = name.sentence
            column = name.column
            return
        }
        guard let place = Self.decimalComma(code) else { return nil }
        var start = place
        while start > 0, code[start - 1].isDigit { start -= 1 }
        let whole = String(String.UnicodeScalarView(code[start..<place]))
        let fraction = String(String.UnicodeScalarView(code[(place + 1)...].prefix { $0.isDigit }))
        sentence = "a number has a decimal point: \(whole).\(fraction)" as Phrase
        column = start + 1
    }

    /// The place of the comma in the number behind an equals sign.
    private static func decimalComma(_ code: [Unicode.Scalar]) -> Int? {
        for (place, scalar) in code.enumerated() where scalar == "=" {
            var at = place + 1
            while at < code.count, code[at] == " " || code[at] == "-" { at += 1 }
            let start = at
            while at < code.count, code[at].isDigit { at += 1 }
            if at > start, at + 1 < code.count, code[at] == ",", code[at + 1].isDigit { return at }
        }
        return nil
    }

    /// The line with its strings and its comment blanked.
    private static func withoutStrings(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var code = line
        var quote: Unicode.Scalar?
        for (place, scalar) in line.enumerated() {
            if let open = quote {
                code[place] = " "
                if scalar == open { quote = nil }
            } else if scalar == "\"" || scalar == "'" {
                code[place] = " "
                // One that is never closed is the writer's own apostrophe.
                quote = line[(place + 1)...].contains(scalar) ? scalar : nil
            } else if scalar == "#" {
                return Array(code[..<place])
            }
        }
        return code
    }
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}
