import Testing

@testable import MeterNotation

struct PhraseTests {
    @Test("the key has numbered places for what is filled in")
    func key() {
        let phrase: Phrase = "\("linky") was read \(3) min ago, \(12.5) %"
        #expect(phrase.key == "%1$s was read %2$s min ago, %3$s %%")
        #expect(phrase.english == "linky was read 3 min ago, 12.5 %")
    }

    @Test("a text without places is its own key, with its per cents")
    func plain() {
        let phrase: Phrase = "more than 10 % are lost"
        #expect(phrase.key == "more than 10 % are lost")
        #expect(phrase.description == "more than 10 % are lost")
    }

    @Test("a translation may put the places in another order, and say one twice")
    func order() {
        let phrase: Phrase = "\("a") of \("b")"
        #expect(phrase.filled("de %2$s : %1$s, %1$s") == "de b : a, a")
    }

    @Test("what is filled in is never read as a place", arguments: ["%2$s", "100 %", "%%", "%"])
    func values(text: String) {
        let phrase: Phrase = "\(text) and \("b")"
        #expect(phrase.filled("%1$s et %2$s (100 %%)") == "\(text) et b (100 %)")
    }

    @Test("a wrong place in a translation stays to be seen", arguments: ["%3$s", "%0$s", "%1$d", "%", "%1"])
    func wrong(place: String) {
        let phrase: Phrase = "\("a")"
        #expect(phrase.filled("x \(place)") == "x \(place)")
    }

    @Test("two halves of a long phrase have one translation")
    func halves() {
        let phrase: Phrase = "\("a") is here; " + "\("b") is not"
        #expect(phrase.key == "%1$s is here; %2$s is not")
        #expect(phrase.english == "a is here; b is not")
    }

    @Test("a text in a phrase's place is said as it is")
    func text() {
        #expect(Phrase(verbatim: "any %1$s").description == "any %1$s")
        #expect(said("\(Phrase(verbatim: "a")), \(4)") == "a, 4")
    }

    @Test(
        "behind the number 1 English has the singular",
        arguments: zip(
            [
                "\(1) readings, \(2) points", "\(2) readings, \(1) points", "\(1) batches wait in the spool: x",
                "\(1) frames (\(1) short), \(1) bad checksums", "\(1) of \(1) groups", "\(1) of the groups",
                "unit \(1) has no answers", "\(21) days", "\(1) points are lost; others wait",
            ] as [Phrase],
            [
                "1 reading, 2 points", "2 readings, 1 point", "1 batch waits in the spool: x",
                "1 frame (1 short), 1 bad checksum", "1 of 1 group", "1 of the groups",
                "unit 1 has no answers", "21 days", "1 point is lost; others wait",
            ]
        )
    )
    func singular(phrase: Phrase, text: String) { #expect(phrase.english == text) }
}
