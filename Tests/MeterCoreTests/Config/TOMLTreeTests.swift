import MeterCore
import Testing

@Suite("The tree of a configuration file")
struct TOMLTreeTests {
    /// A text, the way to a value in it, and where its key and its value must be.
    struct Place: Sendable, CustomTestStringConvertible {
        var text: String
        var way: [String]
        var key: (line: Int, column: Int)?
        var value: (line: Int, column: Int)
        var testDescription: String { "\(way.joined(separator: ".")) in \(text.debugDescription)" }

        init(_ text: String, _ way: [String], key: (Int, Int)?, value: (Int, Int)) {
            self.text = text
            self.way = way
            self.key = key
            self.value = value
        }
    }

    static let places: [Place] = [
        Place("a = 1", ["a"], key: (1, 1), value: (1, 5)),
        Place("\n\n  a   =   'x' # y\n", ["a"], key: (3, 3), value: (3, 11)),
        Place("\r\na = 1\r\nb = true\r\n", ["b"], key: (3, 1), value: (3, 5)),
        Place("\u{feff}a = 1\nb = 2", ["a"], key: (1, 1), value: (1, 5)),
        Place("\u{feff}a = 1\nb = 2", ["b"], key: (2, 1), value: (2, 5)),
        Place("\ta = 1", ["a"], key: (1, 2), value: (1, 6)),
        Place("[source.linky]\ntype = \"x\"", ["source"], key: (1, 2), value: (1, 1)),
        Place("[source.linky]\ntype = \"x\"", ["source", "linky"], key: (1, 9), value: (1, 1)),
        Place("[source.linky]\ntype = \"x\"", ["source", "linky", "type"], key: (2, 1), value: (2, 8)),
        Place("[a.b]\n[a]\nc = 1", ["a"], key: (1, 2), value: (2, 1)),
        Place("spool = { directory = \"/a\", limit = 3 }", ["spool"], key: (1, 1), value: (1, 9)),
        Place("spool = { directory = \"/a\", limit = 3 }", ["spool", "directory"], key: (1, 11), value: (1, 23)),
        Place("spool = { directory = \"/a\", limit = 3 }", ["spool", "limit"], key: (1, 29), value: (1, 37)),
        Place("é = { ü = '日本語', z = 4 }", ["é"], key: nil, value: (0, 0)),
        Place("\"é\" = { \"ü😀\" = '日本語', z = 4 }", ["é", "ü😀"], key: (1, 9), value: (1, 16)),
        Place("\"é\" = { \"ü😀\" = '日本語', z = 4 }", ["é", "z"], key: (1, 23), value: (1, 27)),
        Place("list = [\n  1,\n  # no\n  [ 2, 'é', 3 ],\n]", ["list"], key: (1, 1), value: (1, 8)),
        Place("list = [\n  1,\n  # no\n  [ 2, 'é', 3 ],\n]", ["list", "0"], key: nil, value: (2, 3)),
        Place("list = [\n  1,\n  # no\n  [ 2, 'é', 3 ],\n]", ["list", "1", "2"], key: nil, value: (4, 13)),
        Place("a.b . \"c\" = 1.5", ["a"], key: (1, 1), value: (1, 1)),
        Place("a.b . \"c\" = 1.5", ["a", "b"], key: (1, 3), value: (1, 3)),
        Place("a.b . \"c\" = 1.5", ["a", "b", "c"], key: (1, 7), value: (1, 13)),
        Place("x = \"\"\"\none\ntwo\"\"\"\ny = 1", ["y"], key: (4, 1), value: (4, 5)),
        Place("[[s]]\na = 1\n[[s]]\na = 2", ["s"], key: (1, 3), value: (1, 1)),
        Place("[[s]]\na = 1\n[[s]]\na = 2", ["s", "1"], key: nil, value: (3, 1)),
        Place("[[s]]\na = 1\n[[s]]\na = 2", ["s", "1", "a"], key: (4, 1), value: (4, 5)),
        Place("d = 2024-02-29", ["d"], key: (1, 1), value: (1, 5)),
        Place("# 0123456789012345678901234567890123456789 é\nabc = -12", ["abc"], key: (2, 1), value: (2, 7)),
    ]

    @Test("keys and values stand where the tree says, in characters", arguments: places)
    func positions(place: Place) throws {
        let document = ConfigDocument(text: place.text, file: "f")
        guard place.value.line > 0 else {
            #expect(document.diagnostics.hasErrors, "bare keys are ASCII")
            return
        }
        var node = try #require(document.tree)
        var keyPosition: SourcePosition?
        for step in place.way {
            switch node.value {
            case .table(let entries):
                let entry = try #require(entries.first { $0.key == step })
                node = entry.node
                keyPosition = entry.keyPosition
            case .array(let elements):
                node = elements[try #require(Int(step))]
                keyPosition = nil
            default: Issue.record("no way to \(step)")
            }
        }
        #expect(node.position == SourcePosition(line: place.value.line, column: place.value.column))
        #expect(keyPosition == place.key.map { SourcePosition(line: $0.line, column: $0.column) })
    }

    @Test("tables keep the order of the file")
    func order() throws {
        let text = "z = 1\na = 2\n[source.m]\n[source.b]\nq = {y = 1, x = 2}\n[source.a]\n[aaa]\n"
        let tree = try #require(ConfigDocument(text: text, file: "f").tree)
        #expect(keys(tree) == ["z", "a", "source", "aaa"])
        let source = try #require(child(tree, "source"))
        #expect(keys(source) == ["m", "b", "a"])
        let inline = try #require(child(source, "b").flatMap { child($0, "q") })
        #expect(keys(inline) == ["y", "x"])
    }

    /// A text that is no TOML, where the fault is, and a part of the sentence about it.
    static let faults: [(text: String, line: Int, column: Int, part: String)] = [
        ("type = pulse", 1, 8, "double quotes"),
        ("a = 1\ntype = teleinfo", 2, 8, "double quotes"),
        ("every = 10s", 1, 9, "\"10s\""),
        ("a = 1\na = 2", 2, 5, "set twice"),
        ("[a]\n[b]\n[a]\n", 3, 1, "set twice"),
        ("a = ", 1, 5, "middle of a setting"),
        ("a = # x", 1, 5, "after \"=\""),
        ("a\n", 1, 2, "expected \"=\""),
        ("= 1", 1, 1, "expected a setting"),
        ("a = 1 b = 2", 1, 7, "line of its own"),
        ("a = [1, 2", 1, 10, "ends in the middle of a list"),
        ("a = \"x\n", 1, 7, "closing quote"),
        ("\u{feff}é = 1\r\n", 1, 1, "may have only"),
        ("\u{feff}a = 'é\r\n", 1, 7, "closing quote"),
        ("a = \"C:\\dir\"", 1, 9, "single quotes"),
        ("a = 017", 1, 5, "begin with 0"),
        ("a = 99999999999999999999", 1, 5, "too large"),
        ("a = {b = 1\n}", 1, 11, "closing \"}\""),
        ("a = \"x\u{0}y\"", 1, 7, "control"),
        ("a = 1 # \u{1}", 1, 9, "control"),
        ("\u{feff}\u{feff}a = 1", 1, 1, "invisible"),
        ("[ = ]", 1, 3, "between the brackets"),
        ("a = 1\n[[é]]", 2, 3, "between the brackets"),
        ("x = \"é\"\n[[[a]]]", 2, 3, "between the brackets"),
        ("\"é\" = [ yes, no ]", 1, 9, "double quotes"),
        ("a = 2024-02-30", 1, 5, "badly written"),
    ]

    @Test("a fault of syntax is one sentence at its place", arguments: faults.indices)
    func syntax(index: Int) throws {
        let fault = Self.faults[index]
        let document = ConfigDocument(text: fault.text, file: "f.toml")
        #expect(document.tree == nil)
        let only = try #require(document.diagnostics.all.first)
        #expect(document.diagnostics.all.count == 1)
        #expect(only.position == SourcePosition(line: fault.line, column: fault.column), "\(only)")
        #expect(only.message.contains(fault.part), "\(only)")
    }

    @Test("a file that is not UTF-8 is refused at the first bad byte")
    func notUTF8() {
        let latin1: [UInt8] = Array("# 0123456789012345678901234567890\na = 'é".utf8) + [0xe9] + Array("'\n".utf8)
        expectOne(latin1, 2, 7, "UTF-8")
        expectOne([0xff, 0xfe, 0x61, 0], 1, 1, "UTF-8")
        expectOne(Array("a = 'x'\n".utf8) + [0xc3], 2, 1, "UTF-8")
        expectOne([0xed, 0xa0, 0x80], 1, 1, "UTF-8")
    }

    @Test("hostile sizes and depths end in a diagnostic, not in a crash")
    func hostile() {
        func repeated(_ text: String, _ count: Int) -> [UInt8] { Array(String(repeating: text, count: count).utf8) }
        expectOne(Array("a = ".utf8) + repeated("[", 100_000), 1, nil, "brackets")
        expectOne(Array("a = ".utf8) + repeated("{a=", 100_000), 1, nil, "brackets")
        expectOne(Array("x = 1\na".utf8) + repeated(".a", 100_000) + Array("= 1".utf8), 2, 32, "dots")
        expectOne(Array("[a".utf8) + repeated(" . 'a'", 100_000) + Array("]".utf8), 1, nil, "dots")
        expectOne(Array("a = {a".utf8) + repeated(".a", 40) + Array("= 1}".utf8), 1, nil, "dots")
        expectOne(repeated("a", 10_000_000), 1, 1, "more than")
        expectOne(repeated("#", 1 << 20) + [10], 1, 1, "more than")
    }

    @Test("a large comment, many dots in texts and no text at all are fine")
    func harmless() {
        for text in [
            "", "\n", "\u{feff}", "# " + String(repeating: ".", count: 1_000_000),
            "a = '" + String(repeating: ".", count: 100) + "'",
            "a = \"\\\"" + String(repeating: ".", count: 100) + "\"",
            "a = '''\n" + String(repeating: ".\n'", count: 100) + "'''\nb = '....................'",
            "a = \"\"\"x\"\"\"\"\"\nb = '....................'",
            "a = [" + String(repeating: "1.5, ", count: 100) + "]",
        ] {
            let document = ConfigDocument(text: text, file: "f")
            #expect(document.tree != nil, "\(document.diagnostics.all)")
        }
    }

    private func expectOne(_ bytes: [UInt8], _ line: Int, _ column: Int?, _ part: String) {
        let found = ConfigDocument(bytes: bytes, file: "f").diagnostics.all
        #expect(found.count == 1)
        #expect(found.first?.line == line)
        if let column { #expect(found.first?.column == column) }
        #expect(found.first?.message.contains(part) == true, "\(found)")
    }

    private func keys(_ node: ConfigNode) -> [String] {
        if case .table(let entries) = node.value { entries.map(\.key) } else { [] }
    }

    private func child(_ node: ConfigNode, _ key: String) -> ConfigNode? {
        if case .table(let entries) = node.value { entries.first { $0.key == key }?.node } else { nil }
    }
}
