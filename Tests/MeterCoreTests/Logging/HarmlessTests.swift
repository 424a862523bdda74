import MeterCore
import Testing

@Suite struct HarmlessTests {
    @Test(
        "what steers a terminal becomes spaces, as many bytes; lines, tabulators and all else stay",
        arguments: [
            ("a\nb\tc\n", "a\nb\tc\n"), ("\u{1B}[31mrouge\u{1B}[0m\u{7}", " [31mrouge [0m "),
            ("a\rb\u{0}\u{7F}\u{8}", "a b   "), ("\u{9B}2J, 12 °C, Élysée, 🏠 €", "  2J, 12 °C, Élysée, 🏠 €"), ("", ""),
        ]
    )
    func texts(_ text: String, _ expected: String) {
        #expect(harmless(text) == expected)
        #expect(harmless([UInt8](text.utf8)) == [UInt8](expected.utf8))
    }

    @Test("bytes that are no text stay as many")
    func bytes() { #expect(harmless([0xC2, 0xFF, 0x1B, 0xE9, 0xC2]) == [0xC2, 0xFF, 0x20, 0xE9, 0xC2]) }

    @Test("a long text is cut between two characters, a short one is not")
    func short() {
        #expect(shortened("Élysée", to: 8) == "Élysée")
        #expect(shortened("Élysée", to: 7) == "Élysé…")
        #expect(shortened("Élysée", to: 6) == "Élys…")
        #expect(shortened(String(repeating: "x", count: 1 << 20)).utf8.count == 503)
    }

    @Test("what a person reads of a source is short, whatever the device says")
    func status() {
        let status = SourceStatus()
        status.didFail(String(repeating: "é", count: 300_000))
        status.update { $0.device = String(repeating: "x", count: 300_000) }
        #expect(status.snapshot.lastError?.utf8.count == 503 && status.snapshot.device?.utf8.count == 203)
    }
}
