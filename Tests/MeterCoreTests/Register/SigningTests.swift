import Testing

@testable import MeterCore

/// Digests and signatures beside those of their standards.
@Suite struct SigningTests {
    @Test("SHA-256 of FIPS 180-4's examples")
    func digest() throws {
        let abc = try Digest(of: [UInt8]("abc".utf8))
        #expect("\(abc)" == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect("\(try Digest(of: []))" == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("Ed25519 of RFC 8032, test 3")
    func signature() throws {
        func bytes(_ text: String) throws -> [UInt8] {
            try #require(Hexadecimal.bytes(text.utf8, count: text.utf8.count / 2))
        }
        let seed = try bytes("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
        let key = try SigningKey(seed: seed)
        #expect("\(key.checking)" == "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
        let signature = try key.sign([0xAF, 0x82])
        #expect(
            Hexadecimal.text(signature)
                == "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        )
        #expect(key.checking.accepts(signature, of: [0xAF, 0x82]))
        #expect(!key.checking.accepts(signature, of: [0xAF, 0x83]) && !key.checking.accepts([], of: [0xAF, 0x82]))
    }

    @Test("instants in one form, back and forth")
    func times() throws {
        for seconds: Int64 in [0, 951_826_500, 1_795_982_400, 4_102_444_799] {
            #expect(RegisterTime.seconds(RegisterTime.text(seconds).utf8) == seconds)
        }
        #expect(RegisterTime.text(1_795_982_400) == "2026-11-29T20:00:00Z" && RegisterTime.year(1_798_761_600) == 2027)
    }

    @Test("registers and names have one form in a record")
    func words() {
        func word(_ meter: String, _ value: Double) -> String {
            MeterStand(meter: meter, quantity: .export, wattHours: value, age: 7).word
        }
        #expect(word("linky", 12_345_678) == "linky:export=12345678@7")
        #expect(word("compteur d'été 2", 0.5) == "compteur%20d%27%C3%A9t%C3%A9%202:export=0.5@7")
        #expect(word("a:b=c@d|e", 1.03) == "a%3Ab%3Dc%40d%7Ce:export=1.03@7")
        #expect(MeterStand.areWords(word("a:b=c@d|e", 2) + " " + word("x", 0)))
    }
}
