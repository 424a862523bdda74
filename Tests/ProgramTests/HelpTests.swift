import Testing

/// What commands say of themselves and of words that are none.
struct HelpTests {
    private let box: Installation

    init() throws { box = try Installation() }

    @Test(
        "a command that is none is refused with the one that was probably meant, wherever it stands",
        arguments: [
            ("chek", "there is no command \"chek\"; did you mean \"check\"?"),
            ("help nope", "there is no command \"nope\"; boxenergie --help lists them"),
            ("help chek", "there is no command \"chek\"; did you mean \"check\"?"),
            ("central lst", "there is no command \"central lst\"; did you mean \"list\"?"),
            ("help central lst", "there is no command \"central lst\"; did you mean \"list\"?"),
            ("spool sell", "there is no command \"spool sell\"; boxenergie spool --help lists them"),
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
}
