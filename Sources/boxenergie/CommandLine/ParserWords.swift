import ArgumentParser
import MeterCore
import MeterNotation

/// The argument parser's own words, which are English, in the language of the system.
///
/// Its frame of a help or an error is known line by line; what is not known stays as it is.
enum ParserWords {
    /// Whole lines; of two that fit the first counts.
    private static let lines = [
        KnownSentence("USAGE: *") { said("USAGE: \($0[0])") },
        KnownSentence("ARGUMENTS:") { _ in said("ARGUMENTS:") },
        KnownSentence("OPTIONS:") { _ in said("OPTIONS:") },
        KnownSentence("SUBCOMMANDS:") { _ in said("SUBCOMMANDS:") },
        KnownSentence("  See '*' for detailed help.") { said("  See '\($0[0])' for detailed help.") },
        KnownSentence("  See '*' for more information.") { said("  See '\($0[0])' for more information.") },
        KnownSentence("Usage: *") { said("Usage: \($0[0])") },
        KnownSentence("Help:  *") { said("Help:  \($0[0])") },
        KnownSentence("Error: Missing expected argument '*'") { said("Error: Missing expected argument '\($0[0])'") },
        KnownSentence("Error: Missing value for '*'") { said("Error: Missing value for '\($0[0])'") },
        KnownSentence("Error: Unknown option '*'. Did you mean '*'?") {
            said("Error: Unknown option '\($0[0])'. Did you mean '\($0[1])'?")
        },
        KnownSentence("Error: Unknown option '*'") { places in
            // Those that every command has are none to the parser.
            nearestWord(to: places[0], among: ["--version", "--help"]).map {
                said("Error: Unknown option '\(places[0])'. Did you mean '\($0)'?")
            } ?? said("Error: Unknown option '\(places[0])'")
        },
        KnownSentence("Error: Unexpected argument '*'") { said("Error: Unexpected argument '\($0[0])'") },
        KnownSentence("Error: * unexpected arguments: *") { said("Error: \($0[0]) unexpected arguments: \($0[1])") },
        KnownSentence("Error: The value '*' is invalid for '*'. Please provide one of * or *.") {
            said("Error: The value '\($0[0])' is invalid for '\($0[1])'. Please provide one of \($0[2]) or \($0[3]).")
        },
        KnownSentence("Error: The value '*' is invalid for '*'. Please provide one of * and *.") {
            said("Error: The value '\($0[0])' is invalid for '\($0[1])'. Please provide one of \($0[2]) or \($0[3]).")
        },
        KnownSentence("Error: The value '*' is invalid for '*': *") {
            said("Error: The value '\($0[0])' is invalid for '\($0[1])': \($0[2])")
        },
        KnownSentence("Error: The value '*' is invalid for '*'") {
            said("Error: The value '\($0[0])' is invalid for '\($0[1])'")
        },
        KnownSentence("Error: The option '*' does not take any value, but '*' was specified.") {
            said("Error: The option '\($0[0])' does not take any value, but '\($0[1])' was specified.")
        },
        KnownSentence("Error: *") { said("Error: \($0[0])") },
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

    /// The beginning of a help.
    private static let overview = "OVERVIEW: "

    /// A help or an error of the argument parser with its own words translated; what it writes for a program stays as it
    /// is, such as a script for the shell.
    ///
    /// - Parameters:
    ///   - text: that of the parser, whose lines fit in the terminal but for those on the usage.
    ///   - columns: the width of the terminal.
    /// - Returns: the text, none of whose lines is longer than the terminal is wide.
    static func translated(_ text: String, columns: Int) -> String {
        guard [overview, "USAGE: ", "Error: "].contains(where: text.hasPrefix) else { return text }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            if let text = Self.lines.translated(line) {
                let isUsage = line.hasPrefix("USAGE: ") || line.hasPrefix("Usage: ")
                return isUsage ? Usage.wrapped(text, columns) : [text]
            }
            return [words.reduce(String(line)) { $0.replacing($1.english, with: $1.said) }]
        }
        let folded = HelpColumn.folded(lines, columns)
        guard let first = folded.first, first.hasPrefix(overview) else { return folded.joined(separator: "\n") }
        return ([String(first.dropFirst(overview.count))] + folded.dropFirst()).joined(separator: "\n")
    }
}
