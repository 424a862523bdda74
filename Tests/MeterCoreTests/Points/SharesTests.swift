import Testing

@testable import MeterCore

@Suite struct SharesTests {
    private func bytes(_ text: String) -> [UInt8] { [UInt8](text.utf8) }

    @Test(
        "the source of a line is its tag, and nothing that looks like it",
        arguments: [
            ("m,source=linky f=1 7", "linky"), ("m,site=maison,source=linky,tariff=HC f=1 7", "linky"),
            ("m,source=a\\ b\\,c\\=d f=1 7", "a b,c=d"), ("m f=1 7", ""), ("m,datasource=x f=1 7", ""),
            ("m\\,source\\=x f=1 7", ""), ("m,a=b\\,source\\=x f=1 7", ""), ("m f=\",source=x\" 7", ""),
            ("m,source=linky", "linky"), ("m,source=", ""), ("m\\", ""), ("", ""),
        ]
    )
    func source(line: String, name: String) {
        let found = Shares(of: bytes(line + "\n")).bytes
        #expect(found == [name: line.utf8.count + 1])
    }

    @Test("each line counts for its own source, the last one without its end too; comments are nobody's")
    func counts() {
        let text = "# x,source=c y\nm,source=a f=1 7\nm,source=b f=1 7\nm,source=a f=22 8"
        #expect(Shares(of: bytes(text)).bytes == ["a": 17 + 17, "b": 17])
        #expect(Shares(of: []).bytes.isEmpty)
    }

    @Test(
        "those who have most are the largest and who has half as much",
        arguments: [
            (["a": 100, "b": 49, "c": 1], ["a"]), (["a": 100, "b": 50], ["a", "b"]), (["": 7], [""]), ([:], []),
        ] as [([String: Int], Set<String>)]
    )
    func most(bytes: [String: Int], names: Set<String>) {
        var shares = Shares()
        for (name, count) in bytes { shares.add(count, of: name) }
        #expect(shares.most == names)
    }

    @Test("lines go oldest first until enough is gone, and a comment with the last line below it")
    func sieve() {
        let text = "# one\nm,source=a f=1 1\n# two\nm,source=a f=2 2\nm,source=b f=3 3\n# three\nm,source=a f=4 4\n"
        let all = sieved(bytes(text), without: ["a", "c"])
        #expect(String(decoding: all.rest, as: UTF8.self) == "# two\nm,source=b f=3 3\n")
        #expect(all.lost == LostPoints(["a": 3]))
        let some = sieved(bytes(text), without: ["a"], until: 20)
        #expect(String(decoding: some.rest, as: UTF8.self) == "# two\nm,source=b f=3 3\n# three\nm,source=a f=4 4\n")
        #expect(some.lost == LostPoints(["a": 2]))
        #expect(sieved(bytes(text), without: []).rest == bytes(text))
    }

    @Test("what is lost is told by name, most first")
    func words() {
        #expect(LostPoints(["a": 2, "": 30, "b": 2]).inWords == "the box 30, a 2, b 2")
        #expect(LostPoints().inWords.isEmpty)
    }
}
