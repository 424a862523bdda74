import Testing

@testable import HousePage

/// Markup and words: what is put into a page is shown, and never obeyed.
struct MarkupTests {
    @Test("a hostile name stays a text, in markup and in attributes")
    func escapes() {
        let name = "<script>alert(1)</script>\" onload='x' &amp;\u{0}\u{1B}"
        let markup: Markup = "<p title=\"\(name)\">\(name)</p>"
        let escaped =
            "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp;amp;\u{FFFD}\u{FFFD}"
        #expect(markup.text == "<p title=\"\(escaped)\">\(escaped)</p>")
    }

    @Test("markup within markup stays what it is")
    func nests() {
        let inner: Markup = "<b>\("a<b")</b>"
        let none: Markup? = nil
        let outer: Markup = "<p>\(inner)\([inner, inner])\(none)\(3)</p>"
        #expect(outer.text == "<p><b>a&lt;b</b><b>a&lt;b</b><b>a&lt;b</b>3</p>")
    }

    @Test(
        "the language is the reader's first one of ours",
        arguments: [
            (nil, Language.french), ("", .french), ("fr-FR,fr;q=0.9,en;q=0.8", .french), ("en-GB,en;q=0.9", .english),
            ("de-DE,de;q=0.9,en;q=0.5,fr;q=0.3", .english), ("de", .french), ("en;q=0.1, fr;q=0.7", .french),
            ("fr;q=0,en;q=0.1", .english), ("*", .french), ("en;q=x", .french), (",,;;q=,-", .french),
        ] as [(String?, Language)]
    )
    func language(_ header: String?, _ language: Language) { #expect(Language(accepting: header) == language) }

    @Test("figures are written as a household reads them")
    func figures() {
        let (french, english) = (Language.french, Language.english)
        #expect(french.number(1_234_567.891, decimals: 2) == "1\u{202F}234\u{202F}567,89")
        #expect(english.number(-1234.5, decimals: 1) == "\u{2212}1,234.5")
        #expect(french.number(-0.001, decimals: 2) == "0,00")
        #expect(french.power(854) == "850\u{A0}W" && french.power(1849) == "1,85\u{A0}kW")
        #expect(french.power(994) == "990\u{A0}W" && french.power(995) == "1,00\u{A0}kW")
        #expect(french.power(12_345) == "12,3\u{A0}kW" && french.power(-310) == "\u{2212}310\u{A0}W")
        #expect(french.energy(4230) == "4,23\u{A0}kWh" && french.energy(17_402) == "17,4\u{A0}kWh")
        #expect(french.euros(1234.5) == "1\u{202F}234,50\u{A0}€" && french.euros(-0.5) == "\u{2212}0,50\u{A0}€")
        #expect(english.euros(1234.5) == "€1,234.50" && english.euros(-0.5) == "\u{2212}€0.50")
        #expect(french.percent(0.4251) == "43\u{A0}%" && english.percent(0.4251) == "43%")
        #expect(french.apparentPower(6000) == "6\u{A0}kVA" && french.apparentPower(6900) == "6,9\u{A0}kVA")
    }
}
