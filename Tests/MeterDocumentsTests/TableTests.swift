import Testing

@testable import MeterDocuments

@Suite struct TableTests {
    private static func found(_ text: String, _ column: String, _ layout: CSVLayout = CSVLayout()) throws -> FoundValue?
    {
        try Document([UInt8](text.utf8), .csv, layout: layout).value(at: try #require(DocumentPlace(column, in: .csv)))
    }

    @Test(
        "the last line that is whole has the values",
        arguments: [
            ("time;w;wh\n1;10;100\n2;20;200\n", FoundValue?.some(.text("20"))),
            ("time;w;wh\r\n1;10;100\r\n2;20;200\r\n", .text("20")), ("time\tw\n1\t10\n2\t20\n\n\n", .text("20")),
            ("time,w\n1,10\n2,20\n3,3", .text("20")), ("\u{FEFF}time; w ;\"wh\"\n2;20;1\n", .text("20")),
            ("time;w\n2;20", .text("20")), ("\"a;b\";w\n\"x\"\"y\";\"20\"\n", .text("20")), ("time;w\n2\n", nil),
            ("time;power\n2;20\n", nil),
        ]
    )
    func last(_ text: String, _ value: FoundValue?) throws { #expect(try Self.found(text, "w") == value) }

    @Test("a column is found by its number, without a first line of names")
    func numbers() throws {
        let layout = CSVLayout(delimiter: .semicolon, hasHeader: false, row: .first)
        #expect(try Self.found("1;\"2;\n3\";4,5\n6;7;8\n", "2", layout) == .text("2;\n3"))
        #expect(try Self.found("1;2;4,5\n6;7;8\n", "3", layout) == .text("4,5"))
        #expect(try Self.found("1;2\n", "3", layout) == nil)
        #expect(DocumentPlace("0", in: .csv) == nil && DocumentPlace("-1", in: .csv) == nil)
    }

    @Test("quotes in a cell are written twice and read once, delimiters and line feeds in it are its own")
    func quotes() throws {
        let text = "name;w\n\"say \"\"1;2\"\" twice\";20\n\"a\nb\";30\n"
        let first = CSVLayout(row: .first)
        #expect(try Self.found(text, "name", first) == .text("say \"1;2\" twice"))
        #expect(try Self.found(text, "w", first) == .text("20"))
        #expect(try Self.found(text, "name") == .text("a\nb"))
    }

    @Test("a table that is cut at any byte gives values of whole lines only")
    func cut() throws {
        let text = [UInt8]("time;w\n1;1000\n2;2000\n3;3000\n".utf8)
        for count in text.indices {
            guard let document = try? Document(Array(text[..<count]), .csv) else { continue }
            let found = document.value(at: try #require(DocumentPlace("w", in: .csv)))
            // The first line of a table may have no end: then it is all that there is.
            guard count > 14 else { continue }
            #expect([.text("1000"), .text("2000"), .text("3000")].contains(found), "\(count)")
        }
    }

    @Test(
        "a file has the delimiter of its first line: a semicolon or a tab before a comma, which may stand in numbers",
        arguments: [
            ("time;w", CSVTable.Delimiter.semicolon), ("1;2,5;3,5", .semicolon), ("time\tw", .tab),
            ("1\t2,5\t3,5", .tab),
            ("time,w", .comma), ("time", .comma),
        ]
    )
    func delimiter(_ line: String, _ delimiter: CSVTable.Delimiter) {
        #expect(CSVTable.Delimiter.auto.resolved(by: Array(line.utf8)) == delimiter)
        #expect(CSVTable.Delimiter.comma.resolved(by: Array(line.utf8)) == .comma)
    }

    @Test("a table without a line is refused", arguments: ["", "\n\n", "time;w\n", "time;w"])
    func empty(_ text: String) {
        #expect(throws: DocumentError.empty) { try Document([UInt8](text.utf8), .csv) }
    }
}

@Suite struct TextTests {
    @Test(
        "a regular expression finds its group, or all of it",
        arguments: [
            (#"conso_base = '(\d+)'"#, FoundValue?.some(.text("12345678"))), (#"Power: *([0-9.,]+) W"#, .text("1,640")),
            (#"[0-9]+ kWh"#, .text("42 kWh")), (#"^Temp (-?[0-9]+)$"#, .text("-3")), (#"volt (.*)"#, nil),
            (#"(none)?Power"#, nil), (#"é=([0-9]+)"#, .text("7")),
        ]
    )
    func found(_ pattern: String, _ value: FoundValue?) throws {
        let text = "var conso_base = '12345678';\nPower:  1,640 W\ntotal 42 kWh\nTemp -3\né=7\n"
        let document = try Document([UInt8](text.utf8), .text)
        #expect(document.value(at: try #require(DocumentPlace(pattern, in: .text))) == value)
    }

    @Test("a pattern that is none, or could take for ever, is refused", arguments: ["", "(", "[a", #"(a*)\1"#, "a{2"])
    func refused(_ pattern: String) { #expect(DocumentPlace(pattern, in: .text) == nil) }

    @Test("a text goes on behind a zero byte")
    func zeros() throws {
        let place = try #require(DocumentPlace("w=([0-9]+)", in: .text))
        #expect(try Document(Array("w=12\0\0".utf8), .text).value(at: place) == .text("12"))
        #expect(try Document(Array("x\0w=12".utf8), .text).value(at: place) == .text("12"))
    }
}

@Suite struct NumberTests {
    @Test(
        "numbers are read as devices write them",
        arguments: [
            ("012345678", NumberText?.some(.integer(12_345_678))), ("-5", .integer(-5)), ("+5", .integer(5)),
            ("12.5", .decimal(12.5)), ("12,5", .decimal(12.5)), (" 23,5 °C ", .decimal(23.5)),
            ("1640 W", .integer(1640)),
            ("1 234 567 Wh", .integer(1_234_567)), ("1\u{A0}234,5 kWh", .decimal(1234.5)), ("5m3", .integer(5)),
            ("5 m³/h", .integer(5)), ("1e3", .decimal(1000)), ("2.5E-1", .decimal(0.25)), (".5", .decimal(0.5)),
            ("5.", .decimal(5)), ("−3", .integer(-3)), ("9223372036854775807", .integer(.max)), ("50%", .integer(50)),
            ("", nil), ("--", nil), ("-", nil), ("abc", nil), ("NaN", nil), ("inf", nil), ("1,234.5", nil),
            ("1.2.3", nil),
            ("12:30", nil), ("2026-01-02", nil), ("0x1F", nil), ("1e999", nil), ("1 2", nil), ("5 6 7", nil),
            ("1;2", nil), (".", nil), ("1640 Watts or more", nil), ("1e", nil),
        ]
    )
    func number(_ text: String, _ number: NumberText?) { #expect(NumberText(text) == number) }

    @Test("the mark that is not the decimals' groups digits")
    func marks() {
        #expect(NumberText("1,234,567.5", mark: .point) == .decimal(1_234_567.5))
        #expect(NumberText("1.234.567,5", mark: .comma) == .decimal(1_234_567.5))
        #expect(NumberText("1.234", mark: .comma) == .integer(1234))
        #expect(NumberText("1.5,5", mark: .point) == nil)
    }
}
