import MeterCore
import MeterNotation
import Testing

private enum Role: String, CaseIterable { case production, consumption, injection }

@Suite("Mangled configurations")
struct ConfigFuzzTests {
    static let valid = """
        # maison
        [influx]
        url = "http://127.0.0.1:8086"
        flush = "10s"
        spool = { directory = "/var/lib/x", limit = "200MB" }
        [tags]
        site = "maison é"
        [source.linky]
        type = 'teleinfo'
        every = "1min30s"
        list = ["a", '''b''',
          "c",]
        on = true
        [source.solaire]
        line = 0x18
        factor = -1.5e-3
        role = "production"
        since = 2024-02-29T12:00:00Z
        a.b.c = 1
        [[register]]
        address = 1_000
        """

    private static func readAll(_ root: ConfigSection) {
        if let influx = root.section("influx") {
            _ = influx.string("url", "Where.")
            _ = influx.duration("flush", in: .seconds(1) ... .seconds(3600), default: .seconds(10), "How often.")
            _ = influx.secretFile(credential: "influx-password", "The password.")
            let spool = influx.sectionOrDefaults("spool")
            _ = spool.path("directory", "Where.")
            _ = spool.byteCount("limit", default: 1, "How much.")
        }
        _ = root.stringTable("tags")
        for (_, section) in root.namedSections("source") {
            _ = section.string("type", "Kind.")
            _ = section.optionalDuration("every", "How often.")
            _ = section.strings("list", default: [], "What.")
            _ = section.boolean("on", default: false, "Whether.")
            _ = section.optionalInteger("line", in: 0...63, "Which.")
            _ = section.number("factor", default: 1, "How much.")
            _ = section.choice("role", default: Role.production, "What.")
            _ = section.measurement("type", default: "m", "Where to.")
        }
        root.finish()
    }

    private static let pieces = [
        "\"", "'", "\"\"\"", "'''", "[", "]", "[[", "]]", "{", "}", "=", ".", ",", "\n", "\r\n", "\r", "#", "\\",
        "\\u00e9",
        "\\U0010ffff", "\\ud800", "\u{feff}", "\0", "é", "😀", "-", "+", "_", "0x", "1e999", "inf", "nan", "true",
        "[source",
        "[source.linky]", "a.b", "a.", "= {}", "= []", "= [{}]", "9223372036854775808", "-9223372036854775808",
        "25:61:61",
        "2024-02-30", "password = 1", " ", "\t",
    ].map { Array($0.utf8) }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 1...20, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0 where place < bytes.count: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
        case 3: bytes.removeSubrange(place...)
        case 4 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        default: bytes.insert(contentsOf: pieces[Int.random(in: pieces.indices, using: &random)], at: place)
        }
    }

    @Test("the configuration before mangling is read without an error")
    func unmangled() {
        let document = ConfigDocument(text: Self.valid, file: "f")
        Self.readAll(document.root)
        // What the schema above leaves out on purpose.
        #expect(document.diagnostics.errors.map(\.line) == [14, 18, 19, 20])
    }

    @Test("no mangled configuration traps, and each finding is at a place of the file", arguments: 1...4)
    func mangled(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        var parsed = 0
        var refused = 0
        for _ in 0..<6000 {
            var bytes = Array(Self.valid.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) { Self.mutate(&bytes, &random) }
            let document = ConfigDocument(bytes: bytes, file: "f", credentialsDirectory: nil)
            Self.readAll(document.root)
            if document.tree == nil { refused += 1 } else { parsed += 1 }
            guard let bad = document.diagnostics.all.first(where: { !isPlausible($0, bytes) }) else {
                if document.tree == nil, document.diagnostics.all.count != 1 {
                    Issue.record("a refused text needs one diagnostic: \(document.diagnostics.all)")
                }
                continue
            }
            Issue.record("\(bad) about \(String(decoding: bytes, as: UTF8.self).debugDescription)")
            break
        }
        // Mutations that all parse, or all fail, would test little.
        #expect(parsed > 500)
        #expect(refused > 500)
    }

    /// Whether the place exists, at most one behind the end of its line, and the sentence is short and plain.
    private func isPlausible(_ diagnostic: Diagnostic, _ bytes: [UInt8]) -> Bool {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard diagnostic.line >= 1, diagnostic.line <= lines.count, diagnostic.column >= 1 else { return false }
        let length = lines[diagnostic.line - 1].count { $0 & 0xc0 != 0x80 }
        // The line's own end counts, and toml++ points one behind the last character of the file.
        guard diagnostic.column <= length + 2 else { return false }
        return !diagnostic.message.isEmpty && !diagnostic.message.contains("\n")
            && !diagnostic.message.contains { "“”‘’…".contains($0) }
    }
}
