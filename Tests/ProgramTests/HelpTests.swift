import ArgumentParser
import Testing

@testable import boxenergie

/// What commands say of themselves, on a terminal of 80 columns, and of words that are none.
struct HelpTests {
    private let box: Installation

    init() throws { box = try Installation() }

    /// A command with all below it.
    private static func all(of command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
        [command] + command.configuration.subcommands.flatMap { all(of: $0) }
    }

    @Test("no line of a help is longer than the terminal is wide, and no example is broken")
    func width() {
        for command in Self.all(of: BoxEnergie.self) {
            let help = BoxEnergie.helpMessage(for: command, columns: 80)
            for line in ParserWords.translated(help, columns: 80).split(separator: "\n") {
                #expect(line.count <= 80, "\(command._commandName): \(line)")
            }
            for line in command.configuration.discussion.split(separator: "\n") where line.hasPrefix(" ") {
                #expect(line.count <= 80, "\(command._commandName): \(line)")
            }
        }
    }

    @Test(
        "what is written for a program has no line broken",
        arguments: [
            "--experimental-dump-help", "--generate-completion-script bash", "--generate-completion-script zsh",
        ]
    )
    func forPrograms(_ options: String) throws {
        let words = options.split(separator: " ").map(String.init)
        let narrow = try Peer.run(["/usr/bin/env", "COLUMNS=40", box.program] + words)
        let wide = try Peer.run(["/usr/bin/env", "COLUMNS=4000", box.program] + words)
        #expect(narrow.code == 0 && narrow.output.utf8.count > 1000)
        #expect(narrow.output == wide.output)
    }

    @Test("a usage is broken between options, and never within one")
    func usage() {
        let usage = "USAGE: boxenergie send [--config <config>] --from <from> [--site <site> ...] <more>"
        #expect(Usage.wrapped(usage, 200) == [usage])
        #expect(
            Usage.wrapped(usage, 44)
                == [
                    "USAGE: boxenergie send [--config <config>]", "       --from <from> [--site <site> ...]",
                    "       <more>",
                ]
        )
    }

    @Test(
        "a command that is none is refused with the one that was probably meant, wherever it stands",
        arguments: [
            ("chek", "there is no command \"chek\"; did you mean \"check\"?"),
            ("help nope", "there is no command \"nope\"; boxenergie --help lists them"),
            ("help chek", "there is no command \"chek\"; did you mean \"check\"?"),
            ("central lst", "there is no command \"central lst\"; did you mean \"list\"?"),
            ("help central lst", "there is no command \"central lst\"; did you mean \"list\"?"),
            ("spool sell", "there is no command \"spool sell\"; boxenergie spool --help lists them"),
            ("--verson", "Error: Unknown option '--verson'. Did you mean '--version'?"),
            ("check --hlep", "Error: Unknown option '--hlep'. Did you mean '--help'?"),
        ]
    )
    func misspelt(_ command: String, _ sentence: String) throws {
        let answer = try Peer.run([box.program] + command.split(separator: " ").map(String.init))
        #expect(answer.code == 64)
        #expect(answer.output.split(separator: "\n").first ?? "" == sentence, "\(answer.output)")
    }

    @Test(
        "a command that there is has its help",
        arguments: ["help", "help central", "help central list", "help help"]
    )
    func known(_ command: String) throws {
        let answer = try Peer.run([box.program] + command.split(separator: " ").map(String.init))
        #expect(answer.code == 0 && answer.output.contains("USAGE: boxenergie"), "\(answer.output)")
    }

    @Test("where there is no centre, its commands tell how one is made", arguments: ["list", "remove box"])
    func noCentre(_ command: String) throws {
        let words = ["central"] + command.split(separator: " ").map(String.init)
        let answer = try Peer.run([box.program] + words + ["--config", box.folder + "/central.toml"])
        #expect(answer.code == 78 && answer.output.contains("sudo ./install.sh --central"), "\(answer.output)")
        #expect(!answer.output.contains("probe"), "\(answer.output)")
    }
}
