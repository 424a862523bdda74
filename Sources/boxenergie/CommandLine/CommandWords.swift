import ArgumentParser
import MeterCore
import MeterNotation

/// The words that name commands on the command line, which the argument parser takes for anything else when they are
/// misspelt.
enum CommandWords {
    /// Refuses a word in the place of a command that is none, with the one that was probably meant.
    ///
    /// - Parameters:
    ///   - arguments: what the person wrote behind the program's name; with `help` first, what help is wanted for.
    ///   - command: the command whose subcommands may stand there.
    ///   - path: its name with those before it, such as `boxenergie central`.
    /// - Throws: a `CommandError` with code 64; not for options, on which the argument parser has its own words.
    static func refuseUnknown(
        _ arguments: some Collection<String>,
        of command: any ParsableCommand.Type,
        path: String = "boxenergie"
    ) throws {
        let subcommands = command.configuration.subcommands
        guard let word = arguments.first, !word.hasPrefix("-"), !subcommands.isEmpty else { return }
        let isRoot = path == "boxenergie"
        if isRoot, word == "help" { return try refuseUnknown(arguments.dropFirst(), of: command, path: path) }
        if let next = subcommands.first(where: { $0._commandName == word }) {
            return try refuseUnknown(arguments.dropFirst(), of: next, path: "\(path) \(word)")
        }
        let names = subcommands.map { $0._commandName } + (isRoot ? ["help"] : [])
        let name = isRoot ? word : "\(path.dropFirst("boxenergie ".count)) \(word)"
        throw CommandError(
            nearestWord(to: word, among: names).map {
                "there is no command \"\(name)\"; did you mean \"\($0)\"?" as Phrase
            }
                ?? "there is no command \"\(name)\"; \(path) --help lists them",
            exitCode: 64
        )
    }
}
