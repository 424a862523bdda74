import MeterNotation

extension PostgresConnection.Failure {
    /// Reads libpq's words for a connection that could not be made, in whatever language.
    ///
    /// A name has several addresses; each that failed has a line, with the server's SQLSTATE where one answered:
    ///
    ///     connection to server at "db" (::1), port 5432 failed: Connection refused
    ///     \tIs the server running on that host and accepting TCP/IP connections?
    ///     connection to server at "db" (10.0.0.2), port 5432 failed: FATAL:  28P01: password authentication failed
    ///     LOCATION:  auth_failed, auth.c:323
    ///
    /// - Parameter words: the lines; those of advice and of places in the server's source are left out.
    init(connecting words: String) {
        var state = ""
        var sentences: [String] = []
        for line in words.split(whereSeparator: \.isNewline) where line.first != "\t" && !Self.isPlace(line) {
            var text = String(line)
            if let found = Self.state(in: line) {
                state = String(found)
                text = text.replacing("\(found): ", with: "", maxReplacements: 1)
            }
            let sentence = text.trimmed
            if !sentence.isEmpty, !sentences.contains(sentence) { sentences.append(sentence) }
        }
        self.init(state: state, description: sentences.joined(separator: "; "))
    }

    /// The SQLSTATE behind a colon and two blanks, five capitals or digits and a colon; `nil` without.
    private static func state(in line: Substring) -> Substring? {
        var rest = line[...]
        while let mark = rest.firstRange(of: ":  ") {
            rest = rest[mark.upperBound...]
            let code = rest.prefix(5)
            let isCode = code.utf8.count == 5 && code.utf8.allSatisfy(isLetterOfState)
            if isCode, rest.dropFirst(5).hasPrefix(": ") { return code }
        }
        return nil
    }

    private static func isLetterOfState(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    /// True for `auth_failed, auth.c:323` behind a word in any language.
    private static func isPlace(_ line: Substring) -> Bool {
        let digits = line.reversed().prefix { $0.isASCII && $0.isNumber }.count
        return digits > 0 && line.dropLast(digits).hasSuffix(".c:")
    }
}
