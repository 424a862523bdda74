import Foundation
import MeterCore
import Testing

/// Python's `tomllib`, asked in one process.
private enum Peer {
    /// Prints, for each line of hexadecimal text, the tree in the form of `canonical` or `refused`.
    private static let script = """
        import sys, tomllib, struct, datetime
        def text(s): return ''.join(c if c.isascii() and (c.isalnum() or c in '_-') else '<%x>' % ord(c) for c in s)
        def form(v):
            if isinstance(v, dict): return '{' + ','.join(text(k) + ':' + form(v[k]) for k in sorted(v)) + '}'
            if isinstance(v, list): return '[' + ','.join(map(form, v)) + ']'
            if isinstance(v, bool): return 'b' + str(v).lower()
            if isinstance(v, int): return 'i%d' % v
            if isinstance(v, float): return 'nan' if v != v else 'f%x' % struct.unpack('>Q', struct.pack('>d', v))
            if isinstance(v, str): return 's' + text(v)
            s = v.isoformat().replace('+00:00', 'Z')
            if '.' in s:
                head, tail = s.split('.')
                digits = tail[:6]
                s = head + '.' + digits.rstrip('0') + tail[6:]
            return 'd' + s
        for line in sys.stdin:
            try: print(form(tomllib.loads(bytes.fromhex(line.strip()).decode('utf-8-sig'))))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError): print('refused')
        """

    static let isThere = (try? run("import tomllib\nprint(1)", input: "")) == "1\n"

    static func answers(_ texts: [[UInt8]]) throws -> [String] {
        let lines = texts.map { $0.map { String(format: "%02x", $0) }.joined() + "\n" }.joined()
        return try run(script, input: lines).split(separator: "\n").map(String.init)
    }

    private static func run(_ script: String, input: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        let (into, out) = (Pipe(), Pipe())
        process.standardInput = into
        process.standardOutput = out
        process.standardError = FileHandle.nullDevice
        try process.run()
        // The input is below a pipe's 64 kB, so that writing it first cannot block for ever.
        into.fileHandleForWriting.write(Data(input.utf8))
        try into.fileHandleForWriting.close()
        let answer = try out.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: answer, as: UTF8.self)
    }
}

/// The tree in a form both languages can print: bits of doubles, names sorted by code point.
private func canonical(_ node: ConfigNode) -> String {
    func text(_ string: String) -> String {
        string.unicodeScalars.map { scalar in
            let isPlain =
                scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "_-".unicodeScalars.contains(scalar))
            return isPlain ? String(scalar) : "<\(String(scalar.value, radix: 16))>"
        }.joined()
    }
    switch node.value {
    case .table(let entries):
        let sorted = entries.sorted { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) }
        return "{\(sorted.map { "\(text($0.key)):\(canonical($0.node))" }.joined(separator: ","))}"
    case .array(let elements): return "[\(elements.map(canonical).joined(separator: ","))]"
    case .string(let value): return "s\(text(value))"
    case .integer(let value): return "i\(value)"
    case .number(let value): return value.isNaN ? "nan" : "f\(String(value.bitPattern, radix: 16))"
    case .boolean(let value): return "b\(value)"
    case .dateTime(let value): return "d\(value)"
    }
}

private func ours(_ bytes: [UInt8]) -> String {
    ConfigDocument(bytes: bytes, file: "f").tree.map(canonical) ?? "refused"
}

@Suite("Agreement with Python's tomllib")
struct TOMLPeerTests {
    static let snippets: [String] = [
        "", "# only\n", "a = 1", "a = +1\nb = -0\nc = 1_000\nd = 0xdead_BEEF\ne = 0o755\nf = 0b1010",
        "a = 9223372036854775807\nb = -9223372036854775808",
        "a = 1.5\nb = -0.0\nc = 6.626e-34\nd = 1e6\ne = 1_0.2_5E+1_0",
        "a = inf\nb = -inf\nc = +inf\nd = nan",
        "a = 0.1\nb = 1.7976931348623157e308\nc = 5e-324\nd = 123456789.123456789",
        "a = true\nb = false", "a = \"x\\t\\n\\r\\b\\f\\\\\\\"\\u00e9\\U0001F600\"", "a = 'C:\\dir\\'\nb = ''",
        "a = \"\"\"\none\r\ntwo \\\n   three\"\"\"", "a = '''\n'one' ''two'''", "a = \"\"\"\"quoted\"\"\"\"\"",
        "a = \"\\u0000\"",
        "a.b.c = 1\na.b.d = 2\na.e = 3", "a . b = 1", "\"a.b\" = 1\n'c d'.e = 2", "\"\" = 1", "1.2 = 3", "-_ = 1",
        "3 = 4",
        "[a]\nb = 1\n[a.c]\nd = 2", "[a.b.c]\nx = 1\n[a]\ny = 2", "[ a . b ]\nx = 1",
        "[[a]]\nx = 1\n[[a]]\nx = 2\n[a.b]\ny = 3",
        "[[a.b]]\n[[a.b.c]]\nx = 1\n[[a.b]]", "a = []\nb = [1, 2,]\nc = [\n # no\n 1, # one\n 'x', [true],\n]",
        "a = {}\nb = { c = 1, d.e = 'x' }",
        "a = [{ x = 1 }, { y = [{}] }]", "a = 1979-05-27", "a = 07:32:00\nb = 07:32:00.5",
        "a = 1979-05-27T07:32:00Z\nb = 1979-05-27 07:32:00-07:00",
        "a = 1979-05-27t07:32:00.25\nb = 2024-02-29T23:59:59+05:30", "é = 1", "\"é\" = '日本語😀'", "\u{feff}a = 1",
        "a = 1\r\nb = 2\r\n",
        "a = 1 # \u{e9}", "[fruit]\napple.color = 1\napple.taste.sweet = true\n[fruit.apple.texture]\nsmooth = true",
        // Refused by both, one hopes.
        "a", "a =", "= 1", "a = 1 b = 2", "a = 1\na = 2", "[a]\n[a]", "[a]\nb = 1\n[a.b]", "a = 1\n[a]",
        "a = 1\na.b = 2", "a = [1\n", "a = {b = 1",
        "a = {b = 1,}", "a = {b = 1\n}", "a = [,]", "a = [1,,2]", "a = 01", "a = 1__0", "a = _1", "a = 1_", "a = 0x",
        "a = 0xG", "a = -0x1", "a = .5",
        "a = 5.", "a = 1e", "a = 1.e1", "a = tru", "a = True", "a = 'x", "a = \"x\ny\"", "a = \"\\q\"",
        "a = \"\\ud800\"", "a = \"\\u12\"", "a = '''x",
        "a = \"x\u{0}\"", "a = \"\u{1f}\"", "a = '\u{7f}'", "a = 1 # \u{0}", "a = 1\rb = 2", "a = 1979-02-30",
        "a = 25:00:00", "a = 2024-13-01", "[]",
        "[a", "[a]]", "[[a]", "[a.]", "[.a]", "[a..b]", "[ [a] ]", "a..b = 1", "a. = 1", "\"\"\"a\"\"\" = 1",
        "a = {b = 1}\n[a.c]", "a = {b = 1}\na.c = 2",
        "a = []\n[[a]]", "[a]\n[[a]]", "[[a]]\n[a]", "[a.b]\n[a]\nb.c = 1", "[a]\nb.c = 1\n[a.b]", "a = pulse",
        "a = 10s", "a = \"x\" 'y'", "{a = 1}",
    ]

    /// Where toml++ 3.3 is not tomllib, each with its reason; a change shows up here.
    static let differences: [String: String] = [:]

    @Test(
        "both take the same texts and read the same values",
        .enabled(if: Peer.isThere, "python3 with tomllib (3.11 or later) is not on PATH, so nothing was compared")
    )
    func agree() throws {
        let texts = Self.snippets.map { Array($0.utf8) } + [[0x61, 0x3d, 0x27, 0xff, 0x27], [0xff, 0xfe, 0x61, 0x00]]
        let answers = try Peer.answers(texts)
        try #require(answers.count == texts.count)
        #expect(answers.count { $0 == "refused" } > 50)
        for (text, theirs) in zip(texts, answers) {
            let string = String(decoding: text, as: UTF8.self)
            let expected = Self.differences[string] ?? theirs
            if Self.differences[string] != nil {
                #expect(ours(text) != theirs, "no difference: \(string.debugDescription)")
            }
            #expect(ours(text) == expected, "\(string.debugDescription)")
        }
    }

    @Test(
        "mangled texts which both take have the same values",
        .enabled(if: Peer.isThere, "python3 with tomllib (3.11 or later) is not on PATH, so nothing was compared")
    )
    func agreeOnMangled() throws {
        var random = SplitMix(seed: 7)
        let joined = Self.snippets.prefix(40).map { Array($0.utf8) }
        var texts: [[UInt8]] = []
        for _ in 0..<400 {
            var text = joined[Int.random(in: joined.indices, using: &random)]
            for _ in 0..<2 where !text.isEmpty {
                let place = Int.random(in: text.indices, using: &random)
                if Bool.random(using: &random) {
                    text.remove(at: place)
                } else {
                    text[place] = UInt8.random(in: 0x20...0x7e, using: &random)
                }
            }
            texts.append(text)
        }
        var compared = 0
        let answers = try Peer.answers(texts)
        try #require(answers.count == texts.count)
        for (text, theirs) in zip(texts, answers) {
            let mine = ours(text)
            #expect(mine == theirs, "\(String(decoding: text, as: UTF8.self).debugDescription)")
            if theirs != "refused", mine != "refused" { compared += 1 }
        }
        #expect(compared > 30)
    }
}
