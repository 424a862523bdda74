import Testing

/// What `decode` shows of a household's meter.
@Suite(.mayBlock, .timeLimit(.minutes(2))) struct DecodeTests {
    private let box: Installation

    init() throws { box = try Installation() }

    @Test(
        "the numbers of the meter and of the delivery point are shown by their last digits, in full when asked for",
        arguments: [
            ("standard", ["\"ADSC\":\"••••3456\"", "\"PRM\":\"••••1234\""]),
            ("historique", ["\"ADCO\":\"••••3456\""]),
        ]
    )
    func numbers(_ mode: String, _ shown: [String]) throws {
        let capture = box.folder + "/line.capture"
        let made = try box.run("simulate", "--mode", mode, "--output", capture, "--seconds", "10")
        #expect(made.code == 0, "\(made.output)")
        let json = try box.run("decode", "teleinfo", capture, "--format", "json").output
        for words in shown { #expect(json.contains(words), "\(words): \(json.prefix(2000))") }
        let points = try box.run("decode", "teleinfo", capture).output
        for text in [json, points] { #expect(!text.contains("041976123456") && !text.contains("12345678901234")) }
        let full = try box.run("decode", "teleinfo", capture, "--format", "json", "--show-prm").output
        #expect(full.contains("\"041976123456\""), "\(full.prefix(2000))")
        #expect(full.contains("\"12345678901234\"") == (mode == "standard"), "\(full.prefix(2000))")
        #expect(try box.run("decode", "teleinfo", capture, "--show-prm").output == points)
    }
}
