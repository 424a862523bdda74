import MeterCore
import MeterNotation
import Testing

private enum Edge: String, CaseIterable { case falling, rising, both }

/// The messages about a text read by `body`, as `line:column: message`.
private func messages(_ text: String, _ body: (ConfigSection) -> Void) -> [String] {
    let document = ConfigDocument(text: text, file: "f", credentialsDirectory: nil)
    body(document.root)
    return document.diagnostics.all.map { String($0.description.dropFirst("f:".count)) }
}

@Suite("Settings of a section")
struct ConfigSectionTests {
    @Test("what the file says is what is read")
    func values() {
        let text = """
            url = "http://127.0.0.1:8086"
            pin = 24
            factor = 2
            share = 0.25
            on = false
            edge = "both"
            every = "1h30m"
            limit = "200MB"
            names = ["a", "é"]
            device = "/dev/ttyUSB0"
            measurement = '"30days"."a.b"'
            [tags]
            site = "maison"
            floor = "2"
            [source.b]
            type = "x"
            [source.a]
            type = "y"
            """
        let found = messages(text) { root in
            #expect(root.string("url", "Where.") == "http://127.0.0.1:8086")
            #expect(root.integer("pin", in: 0...63, "Which.") == 24)
            #expect(root.number("factor", in: 0...5, "How much.") == 2)
            #expect(root.number("share", "How much.") == 0.25)
            #expect(root.boolean("on", default: true, "Whether.") == false)
            #expect(root.choice("edge", default: Edge.falling, "Which.") == .both)
            #expect(root.duration("every", "How often.") == .seconds(5400))
            #expect(root.byteCount("limit", "How much.") == 200_000_000)
            #expect(root.strings("names", "Which.") == ["a", "é"])
            #expect(root.path("device", "Where.") == "/dev/ttyUSB0")
            #expect(root.measurement("measurement", "Where to.") == "\"30days\".\"a.b\"")
            #expect(root.stringTable("tags").map { "\($0.name)=\($0.value)" } == ["site=maison", "floor=2"])
            let sources = root.namedSections("source")
            #expect(sources.map(\.name) == ["b", "a"])
            #expect(sources.map { $0.section.string("type", "Kind.") } == ["x", "y"])
            root.finish()
        }
        #expect(found == [])
    }

    @Test("defaults come back for what the file leaves out")
    func defaults() {
        let found = messages("") { root in
            #expect(root.string("url", default: "u", "") == "u")
            #expect(root.optionalString("user", "") == nil)
            #expect(root.integer("pin", in: 0...63, default: 7, "") == 7)
            #expect(root.optionalInteger("count", "") == nil)
            #expect(root.number("factor", default: 1.5, "") == 1.5)
            #expect(root.optionalNumber("share", "") == nil)
            #expect(root.boolean("on", default: true, "") == true)
            #expect(root.choice("edge", default: Edge.rising, "") == .rising)
            #expect(root.optionalChoice("mode", of: Edge.self, "") == nil)
            #expect(root.duration("every", default: .seconds(3), "") == .seconds(3))
            #expect(root.optionalDuration("wait", "") == nil)
            #expect(root.byteCount("limit", default: 5, "") == 5)
            #expect(root.strings("names", default: ["q"], "") == ["q"])
            #expect(root.path("device", default: "/d", "") == "/d")
            #expect(root.optionalPath("log", "") == nil)
            #expect(root.measurement("measurement", default: "m", "") == "m")
            #expect(root.stringTable("tags").isEmpty)
            #expect(root.section("spool") == nil)
            #expect(root.sectionOrDefaults("influx").integer("n", default: 3, "") == 3)
            #expect(root.namedSections("source").isEmpty)
            root.finish()
        }
        #expect(found == [])
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var value: String
        var message: String
        var read: @Sendable (ConfigSection) -> Void
        var testDescription: String { "k = \(value)" }

        init(_ value: String, _ message: String, _ read: @escaping @Sendable (ConfigSection) -> Void) {
            self.value = value
            self.message = message
            self.read = read
        }
    }

    static let wrongs: [Wrong] = [
        Wrong(
            "10",
            "expected a duration from 1s to 1h such as \"10s\", found the integer 10; write \"10s\" for seconds"
        ) {
            _ = $0.duration("k", in: .seconds(1) ... .seconds(3600), "")
        },
        Wrong("\"2h\"", "expected a duration from 1s to 1h such as \"5min\", found the text \"2h\"") {
            _ = $0.duration("k", in: .seconds(1) ... .seconds(3600), default: .seconds(300), "")
        },
        Wrong(
            "\"soon\"",
            "expected a duration such as \"10s\", found the text \"soon\"; the units are ms, s, min, h, d and w"
        ) {
            _ = $0.duration("k", "")
        },
        Wrong("64", "expected an integer from 0 to 63, found the integer 64") { _ = $0.integer("k", in: 0...63, "") },
        Wrong("-1", "expected an integer of at least 0, found the integer -1") {
            _ = $0.optionalInteger("k", in: 0 ... .max, "")
        },
        Wrong("\"3\"", "expected an integer, found the text \"3\"; write 3 without quotes") { _ = $0.integer("k", "") },
        Wrong("1.5", "expected an integer, found the number 1.5") { _ = $0.integer("k", "") },
        Wrong("nan", "expected a number, found the number nan") { _ = $0.number("k", "") },
        Wrong("inf", "expected a number, found the number inf") { _ = $0.number("k", "") },
        Wrong("5", "expected a number from 0 to 1, found the integer 5") { _ = $0.number("k", in: 0...1, "") },
        Wrong("5.25", "expected a number of at most 1.5, found the number 5.25") {
            _ = $0.optionalNumber("k", in: -.infinity...1.5, "")
        },
        Wrong("1", "expected true or false, found the integer 1; write true") { _ = $0.boolean("k", "") },
        Wrong("\"true\"", "expected true or false, found the text \"true\"; write true without quotes") {
            _ = $0.boolean("k", default: false, "")
        },
        Wrong(
            "\"raising\"",
            "expected one of \"falling\", \"rising\", \"both\", found the text \"raising\"; did you mean \"rising\"?"
        ) {
            _ = $0.choice("k", default: Edge.both, "")
        },
        Wrong("\"up\"", "expected one of \"falling\", \"rising\", \"both\", found the text \"up\"") {
            let _: Edge = $0.choice("k", "")
        },
        Wrong("3", "expected a text, found the integer 3; write \"3\"") { _ = $0.string("k", "") },
        Wrong("\"\"", "expected a text, found the text \"\"; the text must not be empty") { _ = $0.string("k", "") },
        Wrong("2020-01-01", "expected a text, found the date 2020-01-01") { _ = $0.optionalString("k", "") },
        Wrong("\"x\"", "expected a list of texts, found the text \"x\"; write [\"x\"]") { _ = $0.strings("k", "") },
        Wrong("{ a = 1 }", "expected a list of texts, found a table") { _ = $0.strings("k", default: [], "") },
        Wrong("200", "expected a size such as \"200MB\", found the integer 200; write \"200B\" for bytes") {
            _ = $0.byteCount("k", "")
        },
        Wrong("\"1kB\"", "expected a size from 1MB to 1GB such as \"1MB\", found the text \"1kB\"") {
            _ = $0.byteCount("k", in: 1_000_000...1_000_000_000, "")
        },
        Wrong("\"ttyUSB0\"", "expected a full path that begins with \"/\", found the text \"ttyUSB0\"") {
            _ = $0.path("k", "")
        },
        Wrong("\"/a\\u0000b\"", "expected a full path that begins with \"/\", found the text \"/a\\u{0}b\"") {
            _ = $0.optionalPath("k", "")
        },
        Wrong(
            "\"a.b.c\"",
            "expected a measurement such as \"linky\", found the text \"a.b.c\"; "
                + "in single quotes, a name with dots or spaces can be quoted: '\"a name\"'"
        ) {
            _ = $0.measurement("k", default: "linky", "")
        },
        Wrong("3", "expected a table, found the integer 3") { _ = $0.section("k") },
        Wrong("3", "expected a table, found the integer 3") { _ = $0.sectionOrDefaults("k") },
        Wrong("true", "expected a table of texts, found true") { _ = $0.stringTable("k", "") },
    ]

    @Test("a wrong value is told with what was expected and found", arguments: wrongs)
    func wrong(_ wrong: Wrong) {
        #expect(messages("k = \(wrong.value)", wrong.read) == ["1:5: k: \(wrong.message)"])
        let inner = messages("[a.\"b c\"]\n  k = \(wrong.value)") { root in
            if let section = root.section("a")?.section("b c") { wrong.read(section) }
        }
        #expect(inner == ["2:7: a.\"b c\".k: \(wrong.message)"])
    }

    @Test("what is required and missing is told at its table")
    func missing() {
        let found = messages("\n[source.linky]\n") { root in
            let section = root.sectionOrDefaults("source").sectionOrDefaults("linky")
            #expect(section.string("device", "") == "")
            #expect(section.integer("pin", in: 3...5, "") == 3)
            #expect(section.duration("every", in: .seconds(2) ... .seconds(3), "") == .seconds(2))
            let _: Edge = section.choice("edge", "")
        }
        #expect(
            found == [
                "2:1: source.linky.device: missing; expected a text",
                "2:1: source.linky.edge: missing; expected one of \"falling\", \"rising\", \"both\"",
                "2:1: source.linky.every: missing; expected a duration from 2s to 3s such as \"2s\"",
                "2:1: source.linky.pin: missing; expected an integer from 3 to 5",
            ]
        )
    }

    @Test("all errors of a file come at once, sorted, each once, at their places")
    func allAtOnce() {
        let text = """
            [source.garage]
            type = 3
            pin = "3"
            list = ["a",
              7, "b", true]
            evrey = "10s"
            sample = { limt = "1MB", limit = 5 }

            [tags]
            site = 4
            [sorce.x]
            """
        let found = messages(text) { root in
            for _ in 0..<2 {
                for (_, section) in root.namedSections("source") {
                    _ = section.string("type", "")
                    _ = section.integer("pin", in: 0...63, "")
                    _ = section.duration("every", default: .seconds(1), "")
                    _ = section.strings("list", "")
                    _ = section.section("sample").map { $0.byteCount("limit", "") }
                    section.finish()
                }
                _ = root.stringTable("tags")
                root.finish()
            }
        }
        #expect(
            found == [
                "2:8: source.garage.type: expected a text, found the integer 3; write \"3\"",
                "3:7: source.garage.pin: expected an integer from 0 to 63, found the text \"3\"; write 3 without quotes",
                "5:3: source.garage.list: expected a text in the list, found the integer 7",
                "5:11: source.garage.list: expected a text in the list, found true",
                "6:1: source.garage.evrey: unknown setting; did you mean \"every\"?",
                "7:12: source.garage.sample.limt: unknown setting; did you mean \"limit\"?",
                "7:34: source.garage.sample.limit: expected a size such as \"200MB\", found the integer 5; "
                    + "write \"5B\" for bytes",
                "10:8: tags.site: expected a text, found the integer 4; write \"4\"",
                "11:2: sorce: unknown table; did you mean \"source\"?",
            ]
        )
    }

    static let suggestions: [(key: String, hint: String)] = [
        ("devise", "did you mean \"device\"?"),
        ("dvice", "did you mean \"device\"?"),
        ("pins", "did you mean \"pin\"?"),
        ("dev", "did you mean \"device\"?"),
        ("device_name", "did you mean \"device\"?"),
        ("Pin", "did you mean \"pin\"?"),
        ("xy", "known here: device, edge, pin"),
        ("temperature", "known here: device, edge, pin"),
        ("é", "known here: device, edge, pin"),
        ("", "known here: device, edge, pin"),
    ]

    @Test("an unknown key gets the nearest one suggested, or all of them", arguments: suggestions)
    func suggestion(key: String, hint: String) {
        let found = messages("'\(key)' = 1") { root in
            _ = root.optionalString("device", "")
            _ = root.optionalInteger("pin", "")
            _ = root.optionalChoice("edge", of: Edge.self, "")
            root.finish()
        }
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("unknown setting; \(hint)") == true, "\(found)")
    }

    @Test("unknown keys of tables that were not read are not listed one by one")
    func unreadTable() {
        let found = messages("[zzz]\na = 1\nb = 2\n") { $0.finish() }
        #expect(found == ["1:2: zzz: unknown table; there are none here"])
    }

    static let names: [(written: String, suggested: String)] = [
        ("\"toit sud\"", "toit-sud"), ("Garage", "garage"), ("\"été/2\"", "ete-2"), ("\"日\"", "-"), ("\"\"", "name"),
    ]

    @Test("a name that would make a bad tag is refused with one that would not", arguments: names)
    func slugs(written: String, suggested: String) {
        let found = messages("[source.\(written)]\nx = 1") { root in
            // The section is read all the same, so that its errors come too.
            for (_, section) in root.namedSections("source") { _ = section.string("x", "") }
        }
        #expect(found.count == 2)
        #expect(found.first?.hasPrefix("1:9: the name") == true)
        #expect(found.first?.hasSuffix("write [source.\(suggested)]") == true, "\(found)")
    }

    @Test("an array of tables where names are needed is told how to be written")
    func arrayOfTables() {
        let found = messages("[[source]]\ntype = 'x'") { root in
            #expect(root.namedSections("source").isEmpty)
            root.finish()
        }
        #expect(found == ["1:1: source: expected named tables, found a list; write [source.NAME]"])
    }

    @Test("checks across settings are told at the setting or the table")
    func cross() {
        let found = messages("[a]\nx = 1\n") { root in
            let section = root.section("a")
            section?.report("must be less than y", at: "x")
            section?.report("needs y", at: "y")
            section?.report("old", severity: .warning)
        }
        #expect(found == ["1:1: a.y: needs y", "1:1: warning: a: old", "2:5: a.x: must be less than y"])
    }

    @Test("a warning is no error")
    func severity() {
        let document = ConfigDocument(text: "", file: "f")
        document.root.report("careful", severity: .warning)
        #expect(!document.diagnostics.hasErrors)
        #expect(document.diagnostics.warnings.count == 1)
        document.root.report("no")
        #expect(document.diagnostics.hasErrors)
        #expect(document.diagnostics.errors.map(\.message) == ["no"])
    }

    @Test("after a syntax error nothing but the syntax error is told")
    func silent() {
        let found = messages("a = [") { root in
            _ = root.string("needed", "")
            #expect(root.namedSections("source").isEmpty)
            #expect(root.section("x") == nil)
            root.report("something")
            root.finish()
        }
        #expect(found.count == 1)
    }

    @Test("describing records what reading declares")
    func describing() {
        func declare(_ section: ConfigSection) {
            _ = section.string("device", "The serial port.")
            _ = section.integer("pin", in: 0...63, default: 4, "The line.")
            _ = section.duration("every", in: .seconds(1) ... .seconds(3600), default: .seconds(10), "How often.")
            _ = section.choice("edge", default: Edge.rising, "Which edge.")
            _ = section.section("spool")?.byteCount("limit", default: 200_000_000, "How much.")
            _ = section.secretFile(credential: "influx-password", "The password.")
            _ = section.namedSections("register").map { $0.section.number("factor", in: 0 ... .infinity, "By what.") }
        }
        let section = ConfigSection.describing(path: "source.x")
        declare(section)
        section.finish()
        #expect(
            section.declarations == [
                SettingDeclaration(key: "device", kind: "text", isRequired: true, help: "The serial port."),
                SettingDeclaration(
                    key: "pin",
                    kind: "integer",
                    range: "\(0) to \(63)",
                    defaultText: "4",
                    help: "The line."
                ),
                SettingDeclaration(
                    key: "every",
                    kind: "duration",
                    range: "\("1s") to \("1h")",
                    defaultText: "\"10s\"",
                    help: "How often."
                ),
                SettingDeclaration(
                    key: "edge",
                    kind: "one of \(#""falling", "rising", "both""#)",
                    defaultText: "\"rising\"",
                    help: "Which edge."
                ),
                SettingDeclaration(key: "spool.limit", kind: "size", defaultText: "\"200MB\"", help: "How much."),
                SettingDeclaration(
                    key: "password_file",
                    kind: "path of a file with the secret",
                    defaultText: "$CREDENTIALS_DIRECTORY/influx-password",
                    help: "The password."
                ),
                SettingDeclaration(
                    key: "register.NAME.factor",
                    kind: "number",
                    range: "at least \(0)",
                    isRequired: true,
                    help: "By what."
                ),
            ]
        )
        // The same declarations come from reading a file.
        let text = "device = '/x'\nspool = {limit = '1B'}\n[register.name]\nfactor = 1"
        let found = messages(text) { root in
            declare(root)
            #expect(root.declarations.map { $0.key.uppercased() } == section.declarations.map { $0.key.uppercased() })
            #expect(root.declarations.map(\.help) == section.declarations.map(\.help))
            root.finish()
        }
        #expect(found == [])
    }
}
