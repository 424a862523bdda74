import ArgumentParser
import MeterNotation

/// The argument parser's own words, which are English, in the language of the system.
///
/// Its frame of a help or an error is known line by line; what is not known stays as it is.
enum ParserWords {
    /// A line in which `*` stands for what changes, and what is said in its place.
    private struct Line {
        let pattern: String
        let said: @Sendable ([String]) -> String

        init(_ pattern: String, _ said: @escaping @Sendable ([String]) -> String) {
            (self.pattern, self.said) = (pattern, said)
        }
    }

    /// Whole lines; of two that fit the first counts.
    private static let lines = [
        Line("USAGE: *") { said("USAGE: \($0[0])") },
        Line("ARGUMENTS:") { _ in said("ARGUMENTS:") },
        Line("OPTIONS:") { _ in said("OPTIONS:") },
        Line("SUBCOMMANDS:") { _ in said("SUBCOMMANDS:") },
        Line("  See '*' for detailed help.") { said("  See '\($0[0])' for detailed help.") },
        Line("  See '*' for more information.") { said("  See '\($0[0])' for more information.") },
        Line("Usage: *") { said("Usage: \($0[0])") },
        Line("Help:  *") { said("Help:  \($0[0])") },
        Line("Error: Missing expected argument '*'") { said("Error: Missing expected argument '\($0[0])'") },
        Line("Error: Missing value for '*'") { said("Error: Missing value for '\($0[0])'") },
        Line("Error: Unknown option '*'. Did you mean '*'?") {
            said("Error: Unknown option '\($0[0])'. Did you mean '\($0[1])'?")
        },
        Line("Error: Unknown option '*'") { said("Error: Unknown option '\($0[0])'") },
        Line("Error: Unexpected argument '*'") { said("Error: Unexpected argument '\($0[0])'") },
        Line("Error: * unexpected arguments: *") { said("Error: \($0[0]) unexpected arguments: \($0[1])") },
        Line("Error: The value '*' is invalid for '*'. Please provide one of * or *.") {
            said("Error: The value '\($0[0])' is invalid for '\($0[1])'. Please provide one of \($0[2]) or \($0[3]).")
        },
        Line("Error: The value '*' is invalid for '*'. Please provide one of * and *.") {
            said("Error: The value '\($0[0])' is invalid for '\($0[1])'. Please provide one of \($0[2]) or \($0[3]).")
        },
        Line("Error: The value '*' is invalid for '*': *") {
            said("Error: The value '\($0[0])' is invalid for '\($0[1])': \($0[2])")
        },
        Line("Error: The value '*' is invalid for '*'") {
            said("Error: The value '\($0[0])' is invalid for '\($0[1])'")
        },
        Line("Error: The option '*' does not take any value, but '*' was specified.") {
            said("Error: The option '\($0[0])' does not take any value, but '\($0[1])' was specified.")
        },
        Line("Error: *") { said("Error: \($0[0])") },
    ]

    /// Words within the lines of a help.
    private static var words: [(english: String, said: String)] {
        [
            ("Show the version.", said("Show the version.")),
            ("Show help information.", said("Show help information.")),
            ("(default:", said("(default:")),
            ("; default:", said("; default:")),
            // Where the line was broken before it.
            (" default:", said(" default:")),
            ("(values:", said("(values:")),
        ]
    }

    /// A help or an error of the argument parser with its own words translated.
    static func translated(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            for known in Self.lines {
                if let places = places(of: known.pattern, in: line) { return known.said(places) }
            }
            return words.reduce(String(line)) { $0.replacing($1.english, with: $1.said) }
        }
        let overview = "OVERVIEW: "
        guard let first = lines.first, first.hasPrefix(overview) else { return lines.joined(separator: "\n") }
        return ([String(first.dropFirst(overview.count))] + lines.dropFirst()).joined(separator: "\n")
    }

    /// What stands in the places of a pattern; `nil` for another line.
    private static func places(of pattern: String, in line: Substring) -> [String]? {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return line == pattern ? [] : nil }
        guard line.hasPrefix(parts[0]) else { return nil }
        var rest = line.dropFirst(parts[0].count)
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
