import MeterCore
import Testing

struct OneLineTests {
    @Test(
        "what steers a terminal or begins a line becomes a space, and all else stays",
        arguments: [
            ("a\nb\r\nc\u{2028}d\u{2029}e", "a b  c d e"), ("\u{1B}[31mrouge\u{1B}[0m\u{7}", " [31mrouge [0m "),
            ("\u{9B}2J\u{0}\u{7F}\t", " 2J   "), ("Élysée, 12 €, 🏠", "Élysée, 12 €, 🏠"), ("", ""),
        ]
    )
    func line(_ text: String, _ expected: String) { #expect(onOneLine(text) == expected) }
}
